#pragma once
/// \file Arb's polynomials, under the header layouts of FLINT 3 (<flint/arb_poly.h>) and of FLINT 2 with Arb.

#if __has_include(<flint/arb_poly.h>)
#include <flint/arb_poly.h>
#else
#include <arb_poly.h>
#endif

#pragma once
/// \file Shim over the header layouts of FLINT 3 (<flint/arb.h>) and of FLINT 2 with Arb (<arb.h>).

#if __has_include(<flint/arb.h>)
#include <flint/arb.h>
#include <flint/arb_hypgeom.h>
#else
#include <arb.h>
#include <arb_hypgeom.h>
#endif

#include "ode_testing.hpp"

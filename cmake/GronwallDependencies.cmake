# What the library stands on; also read by the installed package. Debian packages and the reason for each are listed
# in the launcher `gronwall`.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(ZLIB)
find_dependency(Boost 1.81 COMPONENTS json)
find_dependency(Eigen3 3.4 NO_MODULE)
find_dependency(MPFR)
find_dependency(FlintArb)

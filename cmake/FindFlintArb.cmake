# Finds FLINT with ball arithmetic: FLINT 3 (one library) or FLINT 2 with Arb (Debian 12: libflint-arb).
# Defines the target FlintArb::FlintArb.
find_path(FlintArb_INCLUDE_DIR NAMES flint/flint.h)
find_path(FlintArb_ARB_INCLUDE_DIR NAMES flint/arb.h arb.h)
find_library(FlintArb_FLINT_LIBRARY NAMES flint)
find_library(FlintArb_ARB_LIBRARY NAMES flint-arb arb)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(FlintArb
  REQUIRED_VARS FlintArb_FLINT_LIBRARY FlintArb_INCLUDE_DIR FlintArb_ARB_INCLUDE_DIR)

if(FlintArb_FOUND AND NOT TARGET FlintArb::FlintArb)
  add_library(FlintArb::FlintArb INTERFACE IMPORTED)
  target_include_directories(FlintArb::FlintArb INTERFACE
    ${FlintArb_INCLUDE_DIR} ${FlintArb_ARB_INCLUDE_DIR})
  if(FlintArb_ARB_LIBRARY)
    target_link_libraries(FlintArb::FlintArb INTERFACE ${FlintArb_ARB_LIBRARY})
  endif()
  target_link_libraries(FlintArb::FlintArb INTERFACE ${FlintArb_FLINT_LIBRARY})
endif()
mark_as_advanced(FlintArb_INCLUDE_DIR FlintArb_ARB_INCLUDE_DIR FlintArb_FLINT_LIBRARY FlintArb_ARB_LIBRARY)

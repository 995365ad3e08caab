# Finds minizip, the zip archives that come with zlib. Defines the target Minizip::Minizip (which links zlib).
find_package(ZLIB QUIET)
find_path(Minizip_INCLUDE_DIR NAMES minizip/unzip.h)
find_library(Minizip_LIBRARY NAMES minizip)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Minizip REQUIRED_VARS Minizip_LIBRARY Minizip_INCLUDE_DIR ZLIB_FOUND)

if(Minizip_FOUND AND NOT TARGET Minizip::Minizip)
  add_library(Minizip::Minizip INTERFACE IMPORTED)
  target_include_directories(Minizip::Minizip INTERFACE ${Minizip_INCLUDE_DIR})
  target_link_libraries(Minizip::Minizip INTERFACE ${Minizip_LIBRARY} ZLIB::ZLIB)
endif()
mark_as_advanced(Minizip_INCLUDE_DIR Minizip_LIBRARY)

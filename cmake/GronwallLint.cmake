# Targets for people who change the code: `format` rewrites the sources with clang-format, `format-check` fails where
# it would, `tidy` runs clang-tidy over the programs and the library. Each exists where its tool does.
find_program(CLANG_FORMAT NAMES clang-format-14 clang-format)
find_program(RUN_CLANG_TIDY NAMES run-clang-tidy-14 run-clang-tidy)
mark_as_advanced(CLANG_FORMAT RUN_CLANG_TIDY)

if(CLANG_FORMAT)
  set(find_sources find lib verify proofs-check tests examples bench -name "*.[chi]pp" -exec ${CLANG_FORMAT})
  add_custom_target(format
    COMMAND ${find_sources} -i {} + WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM)
  add_custom_target(format-check
    COMMAND ${find_sources} --dry-run --Werror {} + WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM)
endif()
if(RUN_CLANG_TIDY)
  add_custom_target(tidy COMMAND ${RUN_CLANG_TIDY} -quiet -p ${PROJECT_BINARY_DIR}
    "${PROJECT_SOURCE_DIR}/(lib|verify|proofs-check)/" VERBATIM)
endif()

# What the launcher says when packages are missing, with a dpkg-query that knows none: it names them with a reason,
# installs nothing when told so, and fails.
#   cmake -DLAUNCHER=<gronwall script> -DFOLDER=<scratch folder> -P launcher.cmake
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE ${FOLDER})
file(WRITE ${FOLDER}/dpkg-query "#!/bin/sh\nexit 1\n")
file(WRITE ${FOLDER}/apt-get "#!/bin/sh\necho apt-get was called; exit 1\n")
file(CHMOD ${FOLDER}/dpkg-query ${FOLDER}/apt-get PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)

function(check expected_result expected_output)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -E env "PATH=${FOLDER}:$ENV{PATH}" ${LAUNCHER} ${ARGN}
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL expected_result OR NOT output MATCHES ${expected_output} OR output MATCHES "apt-get was called")
    message(FATAL_ERROR "${ARGN}: expected exit code ${expected_result} and ${expected_output}, got ${result} and\n${output}")
  endif()
endfunction()

check(0 "Usage: ./gronwall" help)
check(2 "Usage: ./gronwall")
foreach(command verify test bench)
  check(1 "missing packages:.*g\\+\\+ +the C\\+\\+20 compiler.*zlib1g-dev.*apt-get install" --no-install ${command})
  check(1 "dataset-fashion-mnist" ${command} --no-install)
endforeach()
file(REMOVE_RECURSE ${FOLDER})

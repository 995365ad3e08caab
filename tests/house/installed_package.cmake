# Installs the build into a fresh prefix and builds a program against it as a user would.
#   cmake -DBUILD=<build folder> -DCONSUMER=<source folder> -DFOLDER=<scratch folder> -DGENERATOR=... -DCOMPILER=...
#         -DBUILD_TYPE=... -DFLAGS=... -P installed_package.cmake
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${FOLDER})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${FOLDER}/prefix)
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${CONSUMER} -B ${FOLDER}/build -DCMAKE_PREFIX_PATH=${FOLDER}/prefix
    -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_BUILD_TYPE=${BUILD_TYPE} -DCMAKE_CXX_FLAGS=${FLAGS})
run(${CMAKE_COMMAND} --build ${FOLDER}/build)
run(${FOLDER}/build/consumer)
if(NOT output MATCHES "3 distinct points")
  message(FATAL_ERROR "the consumer printed\n${output}")
endif()
message(STATUS "installed, found, compiled, linked, run: ${output}")
file(REMOVE_RECURSE ${FOLDER})

# The storey rule notices each way to break it: one small house per violation.
#   cmake -DSCRIPT=storeys.cmake -DFOLDER=<scratch folder> -P storeys_fail.cmake
cmake_minimum_required(VERSION 3.25)

# check(EXPECTED PATH INCLUDE): a house with one file that has one include; EXPECTED is a regular expression that the
# output must match.
function(check expected path include)
  file(REMOVE_RECURSE ${FOLDER})
  file(WRITE ${FOLDER}/lib/gronwall/numbers/ball.hpp "#include <vector>\n")
  file(WRITE ${FOLDER}/verify/command.hpp "")
  file(WRITE ${FOLDER}/${path} "#pragma once\n${include}\n")
  execute_process(
    COMMAND ${CMAKE_COMMAND} -DROOT=${FOLDER} "-DSTOREYS=numbers;data;activation;sphere;certificate" -P ${SCRIPT}
    OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT output MATCHES ${expected})
    message(FATAL_ERROR "${path} with ${include}: expected ${expected}, got\n${output}")
  endif()
endfunction()

set(lib lib/gronwall)
check("rule holds: 2 includes" ${lib}/activation/tanh.hpp "#include \"gronwall/numbers/ball.hpp\"")
check("rule holds" ${lib}/certificate/claim.cpp "#include \"gronwall/data/file_io.hpp\"")
check("rule holds" ${lib}/sphere/sum.cpp "#include \"gronwall/data/point_set.hpp\"")
check("rule holds" proofs-check/main.cpp "#include \"interval.hpp\"")
check("is broken" ${lib}/numbers/text.cpp "#include \"gronwall/activation/tanh.hpp\"")
check("is broken" ${lib}/numbers/text.cpp "  #  include <gronwall/sphere/sum.hpp>")
check("is broken" ${lib}/data/csv.cpp "#include \"gronwall/sphere/sum.hpp\"")
check("is broken" ${lib}/data/csv.cpp "#include \"gronwall/certificate/claim.hpp\"")
check("is broken" ${lib}/numbers/text.cpp "#include \"../sphere/sum.hpp\"")
check("is broken" ${lib}/numbers/text.cpp "#include \"verify/command.hpp\"")
check("is broken" ${lib}/numbers/text.cpp "#include \"command.hpp\"")
check("not a known storey" ${lib}/attic/box.hpp "")
check("is broken" proofs-check/main.cpp "#include \"gronwall/numbers/ball.hpp\"")
check("is broken" proofs-check/main.cpp "#include \"../lib/gronwall/numbers/ball.hpp\"")
check("is broken" proofs-check/CMakeLists.txt "target_link_libraries(proofs-check PRIVATE Gronwall::gronwall)")
file(REMOVE_RECURSE ${FOLDER})

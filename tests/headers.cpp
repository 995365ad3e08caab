// The source for which CMake precompiles the headers of all tests; main.cpp cannot use them.

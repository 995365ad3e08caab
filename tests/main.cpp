// The main function of every test executable; the test cases are in the other sources.
#define BOOST_TEST_MODULE GRONWALL_TEST_NAME
#include <boost/test/unit_test.hpp>

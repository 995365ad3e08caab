// The main function of every test executable; the test cases are in the other sources.
#define BOOST_TEST_MODULE gronwall
#include <boost/test/unit_test.hpp>

/// Names, parameters, messages, threads.
#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>
#include <vector>

#include "gronwall/activation/activation.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/suggest.hpp"
#include "samples.hpp"

using namespace gronwall;

namespace {

std::string refusal(const std::string& name) {
  try {
    activation(name);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

void check_mentions(const std::string& name, const std::string& part) {
  const std::string message = refusal(name);
  BOOST_TEST(message.find(part) != std::string::npos, "'" << name << "' says: " << message);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(catalogue)

BOOST_AUTO_TEST_CASE(every_line_of_the_catalogue) {
  const std::vector<std::string> expected = {
      "softplus", "tanh",     "sigmoid", "gelu",         "silu", "erf",      "sin",
      "cos",      "gaussian", "relu",    "leaky-relu:A", "elu",  "identity", "polynomial:C0,C1,..."};
  BOOST_TEST(activation_names() == expected, boost::test_tools::per_element());
  for (const std::string& name : samples::kEveryName) {
    BOOST_TEST(activation(name).name() == name);
    BOOST_TEST(!activation(name).formula().empty());
  }
}

BOOST_AUTO_TEST_CASE(parameters_are_canonical_and_objects_shared) {
  BOOST_TEST(activation("leaky-relu:0.1").name() == "leaky-relu:1/10");
  BOOST_TEST(&activation("leaky-relu:0.1") == &activation("leaky-relu:1/10"));
  BOOST_TEST(activation("polynomial:0.5,2/6,0,0").name() == "polynomial:1*2^-1,1/3");
  BOOST_TEST(activation("polynomial:0,0,0").name() == "polynomial:0");
  BOOST_TEST(activation("polynomial:-1,0,1e1").name() == "polynomial:-1,0,10");
  BOOST_TEST(activation("polynomial:-1,0,1/2,-1").formula() == "-1 + 1/2 z^2 - z^3");
  BOOST_TEST(activation("polynomial:0").formula() == "0");
  const std::vector<Rational> expected = {Rational(1, 2), Rational(1, 3)};
  BOOST_TEST((*activation("polynomial:0.5,2/6,0").polynomial() == expected));
  BOOST_TEST((*activation("identity").polynomial() == std::vector<Rational>{0, 1}));
  BOOST_TEST(!activation("relu").polynomial().has_value());
}

BOOST_AUTO_TEST_CASE(unknown_names_are_refused_with_a_suggestion) {
  BOOST_TEST(refusal("softpluss") ==
             "unknown activation 'softpluss'; did you mean 'softplus'? Known: softplus, tanh, sigmoid, gelu, "
             "silu, erf, "
             "sin, cos, gaussian, relu, leaky-relu:A, elu, identity, polynomial:C0,C1,...");
  check_mentions("GeLU", "did you mean 'gelu'?");
  check_mentions("leaky", "did you mean 'leaky-relu'?");
  check_mentions("leakyrelu:0.1", "did you mean 'leaky-relu'?");
  check_mentions("polynomal:1,2", "did you mean 'polynomial'?");
  check_mentions("zzzzzz", "unknown activation 'zzzzzz'. Known: ");
  check_mentions("", "unknown activation ''. Known: ");
  check_mentions(std::string(100000, 'x'), "Known: ");
  BOOST_TEST(refusal(std::string(100000, 'x')).size() < 400U);
}

BOOST_AUTO_TEST_CASE(parameters_are_checked) {
  check_mentions("relu:1", "takes no parameters");
  check_mentions("softplus:", "takes no parameters");
  check_mentions("leaky-relu", "write leaky-relu:A");
  check_mentions("leaky-relu:", "activation 'leaky-relu'");
  check_mentions("leaky-relu:nan", "not an exact number");
  check_mentions("leaky-relu:0.1,0.2", "not an exact number");
  check_mentions("leaky-relu: 0.1", "not an exact number");
  check_mentions("polynomial", "write polynomial:C0,C1,...");
  check_mentions("polynomial:", "not an exact number");
  check_mentions("polynomial:1,,2", "not an exact number");
  check_mentions("polynomial:1,2,", "not an exact number");
  check_mentions("polynomial:inf", "not an exact number");
  check_mentions("polynomial:1e400", "beyond the largest double");
  std::string of_degree_64 = "polynomial:1";
  for (int k = 0; k < 64; ++k) of_degree_64 += ",1";
  BOOST_TEST(activation(of_degree_64).polynomial()->size() == 65U);
  check_mentions(of_degree_64 + ",1", "degree at most 64, not 65");
  BOOST_TEST(activation(of_degree_64 + ",0").name() == of_degree_64);
}

BOOST_AUTO_TEST_CASE(edit_distances) {
  BOOST_TEST(edit_distance("kitten", "sitting") == 3U);
  BOOST_TEST(edit_distance("", "abc") == 3U);
  BOOST_TEST(edit_distance("abc", "") == 3U);
  BOOST_TEST(edit_distance("Softplus", "softPLUS") == 0U);
  const std::vector<std::string> known = {"gelu", "elu", "relu"};
  BOOST_TEST(nearest_name("elu", known) == "elu");
  BOOST_TEST(nearest_name("rel", known) == "relu");
  BOOST_TEST(nearest_name("", known).empty());
  BOOST_TEST(nearest_name("tanh", known).empty());
}

BOOST_AUTO_TEST_CASE(safe_from_several_threads) {
  std::vector<std::thread> threads;
  std::vector<double> sums(4, 0.0);
  for (std::size_t t = 0; t < sums.size(); ++t)
    threads.emplace_back([&sums, t] {
      for (int i = 1; i <= 200; ++i) {
        const Activation& phi = activation("leaky-relu:1/" + std::to_string(i + 1));
        sums[t] += phi.value(-1.0) + activation("gelu").value(Ball::exact(0.1 * i, 80)).midpoint();
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (const double sum : sums) BOOST_TEST(sum == sums[0]);
}

BOOST_AUTO_TEST_SUITE_END()

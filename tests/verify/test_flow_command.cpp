/// \file `gronwall flow`: values, forms of output, files and refusals.

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>

#include "json_intervals.hpp"
#include "program.hpp"

using namespace gronwall::test;
using gronwall::parse_rational;
using gronwall::Rational;
namespace json = boost::json;

namespace {

json::value flow(const std::string& arguments) {
  return run_json("flow " + arguments);
}

/// Doubles of a two-dimensional NPY file, whose header is 128 bytes long.
std::vector<double> npy_doubles(const std::string& path, std::size_t count) {
  const std::string bytes = read_text(path);
  BOOST_REQUIRE_EQUAL(bytes.size(), 128 + count * sizeof(double));
  std::vector<double> values(count);
  std::memcpy(values.data(), bytes.data() + 128, count * sizeof(double));
  return values;
}

const std::string kSmall = " --data none --dimension 3 --width 12 ";

}  // namespace

BOOST_AUTO_TEST_SUITE(flow_command)

BOOST_AUTO_TEST_CASE(a_linear_flow_in_one_dimension_is_an_exponential) {
  // h_T = e^(T w) h_0, and (f, |grad f|) are known in closed form through h_0 = u x and the weight v:
  // f = v h_T, d_v = h_T, d_u = v x e^(T w), d_w = T v h_T. Two times give w, so f(T = 3) must follow.
  const std::string one = "--activation identity --data none --dimension 1 --width 1 --digits 40 --T ";
  const auto value = [&](const std::string& time) { return flow(one + time); };
  const json::value f1 = value("1"), f2 = value("2"), f3 = value("3");
  const Rational middle1 = (lower(f1.at("output")) + upper(f1.at("output"))) / 2;
  const Rational middle2 = (lower(f2.at("output")) + upper(f2.at("output"))) / 2;
  const Rational third = middle2 * middle2 / middle1;
  const Rational slack = abs(third) * parse_rational("1e-36");
  BOOST_TEST(lower(f3.at("output")) <= third + slack);
  BOOST_TEST(upper(f3.at("output")) >= third - slack);
  BOOST_TEST(upper(f3.at("output")) - lower(f3.at("output")) <= slack);
  BOOST_TEST(middle1 != middle2);
}

BOOST_AUTO_TEST_CASE(doubles_and_digits_agree) {
  for (const std::string phi : {"softplus", "tanh", "gelu"}) {
    const json::value rough = flow("-a " + phi + kSmall), sharp = flow("-a " + phi + kSmall + "--digits 30");
    BOOST_TEST(overlap(rough.at("outputs").as_array().at(0), sharp.at("output")));
    BOOST_TEST(overlap(rough.at("gradient_norm"), sharp.at("gradient_norm")));
    BOOST_TEST(parse_rational(text_of(rough.at("state_radius"))) <= parse_rational("1e-9"));
    BOOST_TEST(upper(sharp.at("output")) - lower(sharp.at("output")) <= parse_rational("1e-28"));
    const Rational width = upper(rough.at("gradient_norm")) - lower(rough.at("gradient_norm"));
    BOOST_TEST(width <= parse_rational("1e-7"));
    BOOST_TEST(sharp.at("state").as_array().size() == 12U);
  }
}

BOOST_AUTO_TEST_CASE(the_options_reach_the_model) {
  const std::string base = "-a tanh" + kSmall;
  const json::value plain = flow(base);
  for (const std::string change : {"--T 2", "--sigma-w 1/2", "--sigma-u 2", "--sigma-v 3", "--seed 2"})
    BOOST_TEST(!overlap(plain.at("gradient_norm"), flow(base + change).at("gradient_norm")), change);
  // sigma_v multiplies the output.
  const json::value tripled = flow(base + "--sigma-v 3").at("outputs").as_array().at(0);
  const json::value single = plain.at("outputs").as_array().at(0);
  const Rational least = std::min(3 * lower(single), 3 * upper(single));
  BOOST_TEST(lower(tripled) <= 3 * upper(single));
  BOOST_TEST(upper(tripled) >= least);
  // Only sigma_w T matters to the state.
  const json::value traded = flow(base + "--sigma-w 2 --T 1/2").at("outputs").as_array().at(0);
  BOOST_TEST(overlap(traded, single));
}

BOOST_AUTO_TEST_CASE(sharper_tolerances_are_met) {
  const json::value sharp = flow("-a softplus" + kSmall + "--tolerance 1e-12");
  BOOST_TEST(parse_rational(text_of(sharp.at("state_radius"))) <= parse_rational("1e-12"));
}

BOOST_AUTO_TEST_CASE(growth_stays_below_its_bounds) {
  const TemporaryFolder folder;
  const json::value value = flow("-a softplus" + kSmall + "--npy " + folder.file("h.npy"));
  double square = 0;
  for (const double h : npy_doubles(folder.file("h.npy"), 12)) square += h * h;
  const json::value& bounds = value.at("growth_bounds");
  BOOST_TEST(std::sqrt(square) <= std::stod(text_of(bounds.at("state"))));
  BOOST_TEST(square > 0);
  Rational squares = 0;
  for (const char* block : {"d_u", "d_w", "d_v"}) {
    const Rational bound = parse_rational(text_of(bounds.at(block)));
    squares += bound * bound;
  }
  const Rational gradient = lower(value.at("gradient_norm"));
  BOOST_TEST(gradient * gradient <= squares);
}

BOOST_AUTO_TEST_CASE(the_one_over_l_law) {
  const json::value value = flow("-a gelu" + kSmall + "--tolerance 1e-12 --depths 10,100,1000,10000");
  const json::array& rows = value.at("resnet").as_array();
  BOOST_REQUIRE_EQUAL(rows.size(), 4U);
  const Rational limit = lower(value.at("rate_limit"));
  const Rational constant = parse_rational(text_of(value.at("rate_constant")));
  BOOST_TEST(limit > 0);
  Rational distance_before = 0, error_before = 0;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const long depth = rows[k].at("L").to_number<long>();
    const json::value& error = rows[k].at("error");
    BOOST_TEST(upper(error) * depth <= constant);
    BOOST_TEST(lower(error) > 0);
    const Rational distance = abs(lower(error) * depth - limit);
    if (k > 0) {
      BOOST_TEST(upper(error) < error_before);
      BOOST_TEST(distance < distance_before / 5);
    }
    distance_before = distance;
    error_before = lower(error);
  }
  BOOST_TEST(distance_before < limit / 1000);
}

BOOST_AUTO_TEST_CASE(text_for_people) {
  const Outcome run = run_gronwall("flow -a tanh" + kSmall + "--depths 10,100");
  BOOST_REQUIRE_EQUAL(run.code, 0);
  for (const std::string words :
       {"tanh(z)", "n = 12", "1 point", "h_T", "lambda_0", "gradient", "f(x)", "proof:", "a-priori bounds",
        "   100   [", " limit   [", "for every L: at most"})
    BOOST_TEST(run.out.find(words) != std::string::npos, words);
  const Outcome precise = run_gronwall("flow -a tanh" + kSmall + "--digits 20");
  BOOST_REQUIRE_EQUAL(precise.code, 0);
  for (const std::string words : {"tanh(z)", "n = 12", "f(x) in [", "|grad f| in [", "h_T known to"})
    BOOST_TEST(precise.out.find(words) != std::string::npos, words);
}

BOOST_AUTO_TEST_CASE(batches) {
  const TemporaryFolder folder;
  const std::string base = "-a silu" + kSmall;
  const json::value batch = flow(base + "--points 30 --npy " + folder.file("h.npy"));
  const json::array& outputs = batch.at("outputs").as_array();
  BOOST_REQUIRE_EQUAL(outputs.size(), 30U);
  BOOST_TEST(batch.as_object().count("growth_bounds") == 0U);
  BOOST_TEST(overlap(outputs[0], flow(base).at("outputs").as_array().at(0)));
  // One row a point, and the first row is that of the first point alone.
  const std::vector<double> rows = npy_doubles(folder.file("h.npy"), 30 * 12);
  flow(base + "--npy " + folder.file("one.npy"));
  const std::vector<double> one = npy_doubles(folder.file("one.npy"), 12);
  for (std::size_t i = 0; i < one.size(); ++i) BOOST_TEST(std::abs(one[i] - rows[i]) <= 2e-9);
}

BOOST_AUTO_TEST_CASE(the_plot_is_a_document) {
  const TemporaryFolder folder;
  const Outcome run = run_gronwall("flow -a softplus" + kSmall + "--plot " + folder.file("growth.svg"));
  BOOST_REQUIRE_EQUAL(run.code, 0);
  const std::string svg = read_text(folder.file("growth.svg"));
  BOOST_TEST(svg.find("<svg") != std::string::npos);
  BOOST_TEST(svg.rfind("</svg>") != std::string::npos);
  BOOST_TEST(svg.find("Growth of the state") != std::string::npos);
  BOOST_TEST(svg.find("nan") == std::string::npos);
  // Every element is closed, in order.
  std::vector<std::string> open;
  for (std::size_t at = svg.find('<'); at != std::string::npos; at = svg.find('<', at + 1)) {
    const std::size_t end = svg.find('>', at);
    BOOST_REQUIRE(end != std::string::npos);
    if (svg[at + 1] == '?' || svg[at + 1] == '!' || svg[end - 1] == '/') continue;
    const bool closing = svg[at + 1] == '/';
    const std::size_t first = at + (closing ? 2 : 1);
    const std::string name = svg.substr(first, svg.find_first_of(" \n>", first) - first);
    if (!closing) {
      open.push_back(name);
      continue;
    }
    BOOST_REQUIRE(!open.empty());
    BOOST_TEST(open.back() == name);
    open.pop_back();
  }
  BOOST_TEST(open.empty());
}

BOOST_AUTO_TEST_CASE(tiny_times_and_widths) {
  const json::value still = flow("-a softplus" + kSmall + "--T 1e-6");
  BOOST_TEST(parse_rational(text_of(still.at("state_radius"))) <= parse_rational("1e-12"));
  BOOST_TEST(still.at("bound").at("pieces").to_number<int>() == 1);
  const json::value one = flow("-a erf --data none --dimension 1 --width 1");
  BOOST_TEST(one.at("width").to_number<int>() == 1);
}

BOOST_AUTO_TEST_CASE(bad_requests_are_refused_with_advice) {
  const auto refused = [](const std::string& arguments, int code, const std::string& words) {
    const Outcome run = run_gronwall("flow --data none --dimension 3 " + arguments);
    BOOST_TEST_CONTEXT(arguments << " printed: " << run.err) {
      BOOST_TEST(run.code == code);
      BOOST_TEST(run.out.empty());
      BOOST_TEST(run.err.find(words) != std::string::npos);
    }
  };
  const std::string softplus = "-a softplus --width 8 ";
  refused(softplus + "--T 0", 2, "--T must be positive");
  refused(softplus + "--T -1", 2, "--T must be positive");
  refused(softplus + "--T nan", 2, "--T");
  refused(softplus + "--sigma-w 0", 2, "--sigma-w must be positive");
  refused(softplus + "--depths 0", 2, "--depths");
  refused(softplus + "--depths 2.5", 2, "whole numbers");
  refused(softplus + "--depths 10,,20", 2, "--depths");
  refused(softplus + "--depths 10 --points 3", 2, "--points 1");
  refused("-a softplus --width 0", 2, "--width must lie between 1 and");
  refused("-a softplus --width -3", 2, "--width must lie between 1 and");
  refused("-a softplus --width 100000", 2, "--width must lie between 1 and");
  refused(softplus + "--dimension 0", 2, "--dimension");
  refused(softplus + "--points 0", 2, "--points");
  refused(softplus + "--tolerance 1e-30", 4, "bits");
  refused(softplus + "--tolerance nan", 2, "tolerance");
  refused(softplus + "--tolerance -1e-9", 2, "tolerance");
  refused(softplus + "--tolerance 0", 2, "tolerance");
  refused(softplus + "--tolerance small", 2, "tolerance");
  refused(softplus + "--sigma-w 30", 4, "--digits");
  refused(softplus + "--digits 0", 4, "--digits");
  refused(softplus + "--digits 251", 4, "250");
  refused(softplus + "--digits 20 --points 3", 2, "--points 1");
  refused(softplus + "--digits 20 --depths 10", 2, "--depths");
  refused(softplus + "--digits 20 --tolerance 1e-3", 2, "--tolerance");
  refused(softplus + "--plot /no-such-folder/plot.svg", 3, "/no-such-folder/plot.svg");
  refused(softplus + "--npy /no-such-folder/h.npy", 3, "/no-such-folder/h.npy");
  refused("--width 8", 2, "activation");
  refused("-a softpluss --width 8", 2, "did you mean 'softplus'");
  for (const std::string kinked : {"relu", "leaky-relu:0.1", "elu"}) {
    refused("-a " + kinked + " --width 8", 2, "not smooth");
    refused("-a " + kinked + " --width 8 --digits 20", 2, "not smooth");
  }
  refused("-a polynomial:0,0,1 --width 8", 2, "no Lipschitz constant");
  refused("-a polynomial:0,0,1 --width 8 --T 100", 2, "blows up near t = ");
  refused("-a polynomial:0,0,1 --width 8 --T 1e-3", 2, "stays finite");
}

BOOST_AUTO_TEST_CASE(help_names_every_activation) {
  const Outcome run = run_gronwall("flow --help");
  BOOST_TEST(run.code == 0);
  for (const std::string words :
       {"usage: gronwall flow", "softplus tanh sigmoid gelu silu erf sin cos gaussian identity", "(=1e-9)",
        "examples:"})
    BOOST_TEST(run.out.find(words) != std::string::npos, words);
}

BOOST_AUTO_TEST_SUITE_END()

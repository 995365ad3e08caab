#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <regex>

#include "gronwall/numbers/error.hpp"
#include "gronwall/report/plot.hpp"
#include "gronwall/report/plot_data.hpp"
#include "markup_checker.hpp"
#include "sample_records.hpp"

using namespace gronwall;
using namespace report_test;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Figure figure_of(std::vector<Series> series, bool log_x = false, bool log_y = false) {
  return {"Title", "n", "|a_n|", log_x, log_y, std::move(series)};
}

std::size_t count_class(const std::vector<Element>& elements, const std::string& style) {
  return static_cast<std::size_t>(
      std::count_if(elements.begin(), elements.end(), [&style](const Element& element) {
        const auto found = element.attributes.find("class");
        return found != element.attributes.end() && found->second == style;
      }));
}

std::string all_text(const std::vector<Element>& elements) {
  std::string text;
  for (const Element& element : elements) text += element.text + "\n";
  return text;
}

/// Every number of every geometric attribute lies in the view box.
void check_geometry(const std::vector<Element>& elements) {
  std::smatch box;
  const std::string view = elements.front().attributes.at("viewBox");
  BOOST_TEST_REQUIRE(std::regex_match(view, box, std::regex("0 0 (\\S+) (\\S+)")));
  const double width = std::stod(box[1]);
  const double height = std::stod(box[2]);
  for (const Element& element : elements) {
    for (const auto& [name, value] : element.attributes) {
      const bool horizontal = name == "x" || name == "x1" || name == "x2";
      const bool vertical = name == "y" || name == "y1" || name == "y2";
      if (!horizontal && !vertical) continue;
      BOOST_TEST_INFO(element.name << " " << name << "=" << value);
      BOOST_TEST((std::stod(value) >= 0 && std::stod(value) <= (horizontal ? width : height)));
    }
  }
}

std::vector<Element> drawn(const Figure& figure) {
  auto elements = read_markup(render_plot(figure).svg);
  check_geometry(elements);
  return elements;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plot)

BOOST_AUTO_TEST_CASE(the_mark_follows_from_the_data) {
  const auto mark = [](const Figure& figure) { return prepare_plot(figure).mark; };
  BOOST_TEST((mark(figure_of({{"a", {1, 2, 3}, {0.5, 1, 2}}})) == PlotMark::lines));
  BOOST_TEST((mark(figure_of({{"a", {1, 3, 2}, {0.5, 1, 2}}})) == PlotMark::points));
  BOOST_TEST((mark(figure_of({{"a", {1, 1, 2}, {0.5, 1, 2}}})) == PlotMark::points));
  BOOST_TEST((mark(figure_of({{"a", {0.1, 0.2, 0.3, 0.4}, {5, 0, 2, 1}}})) == PlotMark::bars));
  BOOST_TEST((mark(figure_of({{"a", {0.1, 0.2, 0.3, 0.4}, {5, 0.5, 2, 1}}})) == PlotMark::lines));
  BOOST_TEST((mark(figure_of({{"a", {0.1, 0.2, 0.3, 0.5}, {5, 0, 2, 1}}})) == PlotMark::lines));
  BOOST_TEST((mark(figure_of({{"a", {0}, {5}}, {"b", {0}, {2}}})) == PlotMark::levels));
  BOOST_TEST((mark(figure_of({{"a", {0}, {5}}})) == PlotMark::lines));
}

BOOST_AUTO_TEST_CASE(every_value_has_a_marker_that_says_it) {
  const auto elements = drawn(figure_of({{"a", {1, 2, 3}, {0.5, 1, 2.25}}, {"b", {1, 2}, {3, 4.5}}}));
  BOOST_TEST(named(elements, "title").size() == 5u);
  BOOST_TEST(named(elements, "title")[2].text == "a\nn: 3\n|a_n|: 2.25");
  BOOST_TEST(count_class(elements, "curve") == 2u + 2u);  // two curves and their samples in the legend
  BOOST_TEST(elements[0].attributes.at("role") == "img");
  const std::string description = elements[0].attributes.at("aria-label");
  BOOST_TEST(description.find("Line plot: Title. |a_n| against n.") == 0u);
  BOOST_TEST(description.find("a: 3 values from 0.5 to 2.25.") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(values_are_drawn_where_the_axes_say) {
  const auto elements = drawn(figure_of({{"", {0, 10}, {1, 1e4}}}, false, true));
  // The heights of the grid lines of 1 and 10^4, and the curve between them.
  std::map<std::string, double> height;
  for (const Element& text : named(elements, "text")) {
    if (text.attributes.at("class") == "tick") height[text.text] = std::stod(text.attributes.at("y")) - 4.5;
  }
  const auto curve = std::find_if(elements.begin(), elements.end(), [](const Element& element) {
    return element.name == "path" && element.attributes.at("class") == "curve";
  });
  BOOST_TEST_REQUIRE((curve != elements.end()));
  std::smatch path;
  const std::string d = curve->attributes.at("d");
  BOOST_TEST_REQUIRE(std::regex_match(d, path, std::regex("M(\\S+) (\\S+)L(\\S+) (\\S+)")));
  BOOST_TEST(std::stod(path[2]) == height.at("1"), boost::test_tools::tolerance(1e-3));
  BOOST_TEST(std::stod(path[4]) == height.at("10⁴"), boost::test_tools::tolerance(1e-3));
  BOOST_TEST(std::stod(path[1]) < std::stod(path[3]));
  BOOST_TEST(std::stod(path[2]) > std::stod(path[4]));
}

BOOST_AUTO_TEST_CASE(values_without_a_place_are_dropped_and_said) {
  const Figure figure =
      figure_of({{"a", {1, 2, 3, 4, 5, 6, 7}, {1, 0, -2, kNan, kInfinity, 1e301, 4}}}, false, true);
  const PlotData data = prepare_plot(figure);
  BOOST_TEST(data.not_positive == 2u);
  BOOST_TEST(data.not_finite == 3u);
  BOOST_TEST_REQUIRE(data.series[0].points.size() == 2u);
  BOOST_TEST(!data.series[0].points[0].after_gap);
  BOOST_TEST(data.series[0].points[1].after_gap);
  const Plot plot = render_plot(figure);
  BOOST_TEST_REQUIRE(plot.notes.size() == 2u);
  BOOST_TEST(plot.notes[0] == "Not drawn: 3 values, not finite or beyond 1e300.");
  BOOST_TEST(plot.notes[1] == "Not drawn: 2 values, zero or negative on a logarithmic axis.");
  BOOST_TEST(named(read_markup(plot.svg), "title").size() == 2u);
  BOOST_TEST(plot.svg.find("nan") == std::string::npos);
  BOOST_TEST(plot.svg.find("inf") == std::string::npos);

  const PlotData both = prepare_plot(figure_of({{"a", {-1, 0, 2}, {1, 0, 3}}}, true, true));
  BOOST_TEST(both.not_positive == 2u);
  const Plot one = render_plot(figure_of({{"a", {1, 2}, {1, 0}}}, false, true));
  BOOST_TEST(one.notes.at(0) == "Not drawn: 1 value, zero or negative on a logarithmic axis.");
  BOOST_TEST(render_plot(figure_of({{"a", {0, 1}, {-1, 0}}})).notes.empty());
}

BOOST_AUTO_TEST_CASE(lines_are_interrupted_at_gaps_and_given_up_among_many) {
  Series few{"a", {}, {}};
  Series many{"b", {}, {}};
  for (int i = 0; i < 20; ++i) {
    few.x.push_back(i);
    few.y.push_back(i == 7 ? kNan : i + 0.5);
    many.x.push_back(i);
    many.y.push_back(i % 2 == 0 ? 0.5 : kNan);
  }
  const PlotData data = prepare_plot(figure_of({few, many}));
  BOOST_TEST(data.series[0].joined);
  BOOST_TEST(!data.series[1].joined);
  const auto elements = drawn(figure_of({few}));
  for (const Element& path : named(elements, "path")) {
    if (path.attributes.at("class") != "curve") continue;
    const std::string& d = path.attributes.at("d");
    BOOST_TEST(std::count(d.begin(), d.end(), 'M') == 2);
  }
}

BOOST_AUTO_TEST_CASE(figures_with_nothing_to_draw) {
  for (const Figure& figure :
       {figure_of({}), figure_of({{"a", {}, {}}}), figure_of({{"a", {1, 2}, {0, kNan}}}, false, true)}) {
    const Plot plot = render_plot(figure);
    BOOST_TEST(plot.svg.empty());
    BOOST_TEST(plot.notes.back() == "There is nothing to draw.");
  }
}

BOOST_AUTO_TEST_CASE(bars_stand_on_zero) {
  const auto elements = drawn(figure_of({{"", {0, 1, 2, 3}, {4, 3, 2, 1}}}));
  double zero = 0;
  for (const Element& text : named(elements, "text")) {
    if (text.text == "0" && text.attributes.at("text-anchor") == "end")
      zero = std::stod(text.attributes.at("y")) - 4.5;
  }
  std::vector<double> heights;
  for (const Element& bar : named(elements, "rect")) {
    const double height = std::stod(bar.attributes.at("height"));
    BOOST_TEST(std::stod(bar.attributes.at("y")) + height == zero, boost::test_tools::tolerance(1e-3));
    heights.push_back(height);
  }
  BOOST_TEST_REQUIRE(heights.size() == 4u);
  BOOST_TEST(heights[0] / heights[2] == 2.0, boost::test_tools::tolerance(1e-2));
  BOOST_TEST(heights[0] / heights[3] == 4.0, boost::test_tools::tolerance(1e-2));
}

BOOST_AUTO_TEST_CASE(levels_are_named_and_valued) {
  const std::vector<Series> series = {{"tanh", {0}, {2}}, {"relu", {0}, {-1}}, {"cos", {0}, {kNan}}};
  const auto linear = drawn(figure_of(series));
  BOOST_TEST(named(linear, "rect").size() == 2u);
  const std::string text = all_text(linear);
  for (const char* expected : {"tanh", "relu", "cos", "tanh: 2", "relu: -1", "not drawn"}) {
    BOOST_TEST(text.find(expected) != std::string::npos);
  }
  const auto logarithmic = drawn(figure_of({{"a", {0}, {1e-9}}, {"b", {0}, {1e3}}}, false, true));
  BOOST_TEST(named(logarithmic, "rect").empty());
  BOOST_TEST(count_class(logarithmic, "marker") == 2u);
}

BOOST_AUTO_TEST_CASE(extreme_values_stay_in_the_picture) {
  drawn(figure_of({{"a", {-1e300, 1e300}, {1e300, -1e300}}}));
  drawn(figure_of({{"a", {1e-320, 1e300}, {1e-320, 1e300}}}, true, true));
  drawn(figure_of({{"a", {5}, {5}}}));
  drawn(figure_of({{"a", {1, 2, 3, 4}, {0, 0, 0, 0}}}));
  std::vector<Series> many;
  for (int i = 0; i < 500; ++i) many.push_back({std::to_string(i), {0}, {i + 0.5}});
  drawn(figure_of(many));
}

BOOST_AUTO_TEST_CASE(long_series_have_no_markers) {
  Series series{"", {}, {}};
  for (int i = 0; i < 5000; ++i) {
    series.x.push_back(i);
    series.y.push_back(std::sin(0.01 * i));
  }
  BOOST_TEST(named(drawn(figure_of({series})), "title").empty());
}

BOOST_AUTO_TEST_CASE(hostile_labels_are_escaped) {
  for (const Figure& figure : hostile_record().figures) {
    const auto elements = drawn(figure);
    BOOST_TEST(named(elements, "script").empty());
    BOOST_TEST(attribute_values(elements, "onload").empty());
  }
}

BOOST_AUTO_TEST_CASE(series_of_unequal_lengths_are_refused) {
  BOOST_CHECK_THROW(render_plot(figure_of({{"a", {1, 2}, {1}}})), InputError);
}

BOOST_AUTO_TEST_SUITE_END()

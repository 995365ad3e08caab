#pragma once
/// \file Figures as SVG.

#include <string>
#include <string_view>
#include <vector>

#include "gronwall/certificate/claim.hpp"

namespace gronwall {

/// A drawn figure.
struct Plot {
  /// An `<svg>` element, empty when nothing could be drawn. It takes its colours from `plot_stylesheet`; each
  /// value says its numbers in a `<title>`, and `aria-label` describes the whole.
  std::string svg;
  /// What a reader must be told under the figure: values that could not be drawn.
  std::vector<std::string> notes;
};

/// Draws `figure` with the marks that `prepare_plot` chooses. \throws InputError as that does.
Plot render_plot(const Figure& figure);

/// The figure as an SVG document of its own, with its style and white ground. \throws InputError as
/// `render_plot`, and when nothing can be drawn.
std::string svg_document(const Figure& figure);

/// The style sheet of plots. Colours come from the custom properties `--ink`, `--muted`, `--line`,
/// `--surface` and
/// `--series-0` to `--series-5` of the page.
std::string_view plot_stylesheet();

}  // namespace gronwall

#pragma once
/// \file How the report looks.

#include <string_view>

namespace gronwall {

/// The style sheet of the page: light and dark by the reader's preference, narrow screens, print. It holds no
/// `<` and no `&`, so that it may stand unescaped in XML.
std::string_view page_stylesheet();

}  // namespace gronwall

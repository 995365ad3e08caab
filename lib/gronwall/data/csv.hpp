#pragma once
/// \file
/// Points from text: one line per point, numbers separated by comma, semicolon or tab.

#include "gronwall/data/file_io.hpp"
#include "gronwall/data/point_set.hpp"
#include "gronwall/data/read_options.hpp"
#include "gronwall/data/real_table.hpp"

namespace gronwall {

/// Whether the bytes look like text (no control characters but tab and line ends) with something in it.
bool is_text(ByteView bytes);

/// Reads the table of a text as parse_csv does, but into the nearest doubles. \throws InputError as
/// parse_csv, but for the last.
RealTable parse_csv_table(ByteView bytes, const ReadOptions& options, PointSource source);

/// Reads points from text. Numbers are decimals such as `-12`, `0.5`, `1.5e-3`, read exactly as integers
/// times one power of ten (with options.quantise_bits: rounded to a power of two). The separator is the first
/// of semicolon, tab, comma to occur on the first line. A first line without any number is a header and is
/// skipped. Lines may end in LF or CRLF; fields may carry spaces and double quotes around them; a UTF-8 byte
/// order mark is skipped. \throws InputError, naming line and column (from 1), for ragged rows, missing
/// values, NaN, infinity, anything else that is not a number, no points, and values that exact integers
/// cannot hold.
PointSet parse_csv(ByteView bytes, const ReadOptions& options, PointSource source);

}  // namespace gronwall

#pragma once
/// \file The errors the library throws. Messages say what was wrong and what to do about it.

#include <stdexcept>
#include <string>

namespace gronwall {

/// Base of every error thrown on purpose.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The input breaks a documented requirement (NaN, ragged rows, unknown name, unreadable file, ...).
class InputError : public Error {
 public:
  using Error::Error;
};

/// The requested precision or accuracy cannot be reached; the message names one that can, where known.
class PrecisionError : public Error {
 public:
  using Error::Error;
};

/// The file system refused: cannot read, write, rename.
class FileError : public Error {
 public:
  using Error::Error;
};

}  // namespace gronwall

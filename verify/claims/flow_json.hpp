#pragma once
/// \file Models and enclosed flows in the language of certificates (docs/certificates.md, "Flows").

#include <string>
#include <vector>

#include "gronwall/certificate/bundle.hpp"
#include "gronwall/model/gradient_enclosure.hpp"

namespace gronwall::verify {

/// Matrix entries as integers times `2^scale`, in a side file `<stem>.npy`. The scale makes the largest entry
/// use 62 bits, so smaller ones are rounded to 2^-62 of it; weights of `gaussian_model` and inputs of
/// `certified_input` are exact.
CanonicalJson matrix_json(CertificateBundle& bundle, const std::string& stem, const Eigen::MatrixXd& matrix);

/// `MODEL` for one input, with its side files. Equal matrices under equal stems are written once.
/// The input is stored under `input_stem`.
CanonicalJson model_json(CertificateBundle& bundle, const std::string& stem, const std::string& input_stem,
                         const NeuralOde& model, const Eigen::VectorXd& x);

/// `FLOW` for an enclosure of one input.
CanonicalJson flow_json(CertificateBundle& bundle, const std::string& stem,
                        const NeuralOdeEnclosure& enclosure);

/// Chebyshev coefficients on the pieces of a flow: `ARRAY`.
CanonicalJson pieces_json(CertificateBundle& bundle, const std::string& stem,
                          const std::vector<Eigen::MatrixXd>& pieces);

/// `x` rounded to multiples of 2^-40.
Eigen::VectorXd certified_input(const Eigen::VectorXd& x);

/// An upper bound of `x` with few digits: rounded up to `digits` significant decimals.
Rational rounded_up(double x, int digits);

}  // namespace gronwall::verify

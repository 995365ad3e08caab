#pragma once
/// \file Certificates `spd/1` about the tangent kernel of a finite network.

#include <optional>
#include <string>

#include "gronwall/certificate/bundle.hpp"
#include "gronwall/linalg/product.hpp"
#include "gronwall/model/neural_ode.hpp"

namespace gronwall {

/// The tangent kernel of one output of the depth-L ResNet at some inputs (d x N), as in
/// enclose_tangent_kernel.
struct TangentKernel {
  const NeuralOde& model;
  const Eigen::MatrixXd& x;
  long depth = 1;
  Eigen::Index output = 0;
};

/// Statement and witness of a certificate `lambda_min(K) >= bound`, and the bound.
struct TangentCertificate {
  double bound = 0;  ///< > 0, 20 significant bits
  CanonicalJson statement;
  CanonicalJson witness;
};

/// Makes what a certificate needs, with weights, inputs and factor as side files of `bundle` named
/// `stem.*.npy`. \param enclosure of the kernel (enclose_tangent_kernel). The bound is what the factor
/// proves, exactly, less what the checker's own run of the network in fixed point leaves uncertain
/// (docs/bounds.md, L58); the latter is estimated with room to spare, and should the estimate be too small,
/// `proofs-check` refuses the certificate. \return nothing (and no side files) where no positive bound can be
/// certified, or the depth is above the checker's limit. \throws InputError, FileError as CertificateBundle.
std::optional<TangentCertificate> certify_tangent_kernel(CertificateBundle& bundle, const std::string& stem,
                                                         const TangentKernel& kernel,
                                                         const EnclosedProduct& enclosure);

/// The id of the registered claim that such a certificate proves; nothing for activations that the checker
/// does not follow.
std::optional<std::string> tangent_claim_id(const Activation& phi);
/// The deepest network that the checker follows.
inline constexpr long kDeepestTangentNet = 1000;

}  // namespace gronwall

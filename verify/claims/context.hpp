#pragma once
/// \file What a claim's check works with: the run's options and data, the bundle of certificates, and shared
/// intermediate results.

#include <Eigen/Core>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gronwall/activation/activation.hpp"
#include "gronwall/certificate/bundle.hpp"
#include "gronwall/certificate/claim.hpp"
#include "gronwall/data/point_set.hpp"
#include "gronwall/kernel/limit_kernel.hpp"
#include "gronwall/sphere/gram_bound.hpp"

namespace gronwall::verify {

/// A certificate without its claim's id, which the record supplies.
struct CertificateDraft {
  std::string kind;
  Verdict verdict = Verdict::proved;
  CanonicalJson statement;
  CanonicalJson witness;
};

/// Certified enclosures of coefficients a_n(q), and the reference to their certificate.
struct CertifiedCoefficients {
  std::vector<Ball> values;
  CanonicalJson reference;
};

/// Indices whose coefficients are certified not to vanish, with `coefficients.values[k]` belonging to
/// `indices[k]`.
struct EverySetWitness {
  std::vector<unsigned> indices;
  CertifiedCoefficients coefficients;
};

/// What a mehler/1 certificate needs: an enclosure that holds for both sides, and the lemmas of the series
/// side.
struct MehlerWitness {
  Rational lo;
  Rational hi;
  std::size_t terms = 0;
  CanonicalJson gauss;
  CanonicalJson norm;
};

/// A power-series kernel with certified lower bounds of its coefficients, and the reference to the
/// certificate.
struct CertifiedKernel {
  DotProductKernel kernel;
  CanonicalJson reference;
};

/// Evidence for an enclosed number, 20 digits.
Evidence enclosure(const std::string& label, const Ball& value);

class ClaimContext {
 public:
  /// \param points the data set of the run; must outlive the context.
  ClaimContext(CertificateBundle& bundle, const PointSet& points, Rational q, std::uint64_t seed);

  const PointSet& points() const { return points_; }
  /// Prior variance q = sigma_u^2 |x|^2 / d of the Gram claims.
  const Rational& q() const { return q_; }
  CertificateBundle& bundle() { return bundle_; }
  /// Of random models.
  std::uint64_t seed() const { return seed_; }
  /// The first point scaled to `|x|^2 = d`, its entries rounded to multiples of 2^-40.
  Eigen::VectorXd first_point() const;
  /// The first `count` points as unit vectors, d x count, rounded.
  Eigen::MatrixXd directions(std::size_t count) const;

  /// Writes the certificate of `record`'s claim and enters verdict and file name into the record; returns the
  /// reference for certificates that use it.
  CanonicalJson certify(ClaimRecord& record, CertificateDraft draft);

  /// Coefficients at the listed indices (increasing), half-width at most 2^-accuracy_bits, with their gauss/1
  /// lemma.
  CertifiedCoefficients certified_coefficients(const Activation& phi, const Rational& q,
                                               const std::vector<unsigned>& indices, long accuracy_bits);

  /// Coefficients of the indices that L14 (L15 with antipodal pairs) asks for at q = 1, enclosed away from 0.
  /// \throws PrecisionError if they cannot be told from 0, InputError if parity makes every candidate vanish.
  EverySetWitness every_set_witness(const Activation& phi, unsigned points, bool antipodes_allowed);

  /// \throws PrecisionError if the two sides do not fit one interval of half-width 2^-agreement_bits.
  MehlerWitness mehler_witness(const Activation& phi, const Rational& q, const Rational& rho,
                               long agreement_bits);

  /// The gauss/1 lemma of the coefficients of a Gram matrix, written once for each activation.
  CanonicalJson kernel_lemma(const Activation& phi, const KernelCoefficients& coefficients);

  /// |a_n(1)| for n = 0..40 of one activation, for the eye.
  Figure coefficient_figure(const Activation& phi);

  /// Kernels of certificates that others may use, by activation and time: `limit-series` as in
  /// limit_json.hpp.
  std::map<std::string, CertifiedKernel>& limit_kernels() { return limit_kernels_; }
  /// Limit kernels solved so far, by activation and time; several claims ask for the same one.
  std::map<std::string, LimitKernel>& limit_solutions() { return limit_solutions_; }

  /// The points as a side file of the bundle, written once.
  const CanonicalJson& points_file();

 private:
  CanonicalJson coefficient_lemma(const Activation& phi, const Rational& q,
                                  const std::vector<unsigned>& indices, const std::vector<Ball>& values,
                                  long accuracy_bits);

  CertificateBundle& bundle_;
  const PointSet& points_;
  Rational q_;
  std::uint64_t seed_;
  std::optional<CanonicalJson> points_file_;
  std::map<std::string, CertifiedKernel> limit_kernels_;
  std::map<std::string, LimitKernel> limit_solutions_;
};

}  // namespace gronwall::verify

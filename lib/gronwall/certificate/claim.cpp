#include "gronwall/certificate/claim.hpp"

namespace gronwall {

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::proved:
      return "proved";
    case Verdict::refuted:
      return "refuted";
    case Verdict::supported:
      return "supported";
    case Verdict::inconclusive:
      break;
  }
  return "inconclusive";
}

}  // namespace gronwall

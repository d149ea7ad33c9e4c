#pragma once

#include <boost/json/fwd.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace patchbay::config {

/// One thing that is wrong with a configuration.
struct Fault {
  std::string pointer;  ///< JSON pointer (RFC 6901) of the offending value; empty for the whole
  std::string message;  ///< what is wrong and what would be right
};

/// A module cannot be made from a configuration. Carries every fault that was found. A module's constructor throws it as well, for
/// what the schema cannot say (a regular expression that does not compile).
class Error : public std::runtime_error {
 public:
  explicit Error(std::vector<Fault> faults);
  [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }

 private:
  std::vector<Fault> faults_;
};

template <class T>
T parse(const boost::json::value& value);

template <class T>
std::string schema();

}  // namespace patchbay::config

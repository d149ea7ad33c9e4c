#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "plugins/plugin.hpp"
#include "plugins/validator/random.hpp"

namespace patchbay::plugins::validator {

/// What is tested, and with what.
struct Subject {
  std::string file;
  boost::json::value config;  ///< for modules that cannot be made from their defaults; null: none. One for all, or by module type
  std::uint64_t seed = 1;     ///< of everything random
  std::string directory;      ///< where copies of it may be put; belongs to this test alone
};

/// A test cannot be done; the text says why.
class Skip : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a test in its own process works with. [one thread, but `make` from any]
class Context {
 public:
  /// `note` is told what is being done, for the sentence about a crash.
  Context(Subject subject, std::function<void(const std::string&)> note);

  [[nodiscard]] const Subject& subject() const { return subject_; }

  /// Say what comes next, before code of the plugin runs.
  void step(const std::string& what) { note_(what); }

  /// The plugin, loaded at the first call. Throws Skip if it cannot be loaded: the tests that are about that say so.
  [[nodiscard]] const Plugin& plugin();
  /// Loads it once more, whatever is loaded already. Throws LoadFailure.
  [[nodiscard]] std::shared_ptr<const Plugin> load();

  /// The configuration that a module is made from where a test needs just any: the given one, or what its schema requires, taken from its
  /// examples.
  [[nodiscard]] boost::json::value sample_config(const ModuleInfo& module) const;

  /// Makes a module from its sample configuration. Throws Skip if that is refused.
  [[nodiscard]] std::shared_ptr<Module> make(std::size_t index);
  [[nodiscard]] std::shared_ptr<Module> make(const Plugin& plugin, std::size_t index, const boost::json::value& config) const;

  /// Lets go of the plugin; unloads it, unless somebody else holds it or it stays by itself.
  void release() { plugin_.reset(); }

  [[nodiscard]] StagingDirectory& staging();
  [[nodiscard]] Random random() const { return Random(subject_.seed); }

 private:
  Subject subject_;
  std::function<void(const std::string&)> note_;
  std::unique_ptr<StagingDirectory> staging_;
  std::shared_ptr<const Host> host_;
  std::shared_ptr<const Plugin> plugin_;
};

}  // namespace patchbay::plugins::validator

#pragma once

#include <boost/asio/io_context.hpp>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "pipeline/assembly.hpp"
#include "probes/probe.hpp"

namespace patchbay::probes {

/// Probes the targets of the Assembly in force, if their configuration says so; what is found goes into the breakers of the targets, which
/// outlive Assemblies. Costs nothing until a target is to be probed. No code of a plugin runs here. [control thread]
class Prober final : private Probe::Gate {
 public:
  /// `io` must outlive it.
  Prober(boost::asio::io_context& io, const config::UpstreamSettings& settings);
  ~Prober();
  Prober(const Prober&) = delete;

  /// From now on the targets of this one. What is asked as before goes on undisturbed. Throws upstream::SetupError.
  void follow(const pipeline::Assembly& assembly);
  /// Cancels what is under way; nothing is probed any more.
  void stop() { probes_.clear(), waiting_.clear(); }

  /// How many different things are probed.
  [[nodiscard]] std::size_t subjects() const { return probes_.size(); }

 private:
  /// What the first probe needs: a client of its own, and its TLS context.
  struct Tools;

  void due(Probe& probe) override;
  void over(Probe& probe) override;
  void begin_next();

  boost::asio::io_context& io_;
  const config::UpstreamSettings settings_;
  std::unique_ptr<Tools> tools_;
  std::map<std::string, std::unique_ptr<Probe>> probes_;  // by what is asked
  std::deque<Probe*> waiting_;                            // due, and too many are under way
};

}  // namespace patchbay::probes

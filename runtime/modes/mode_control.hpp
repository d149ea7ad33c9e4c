#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <string>

#include "config/mode_settings.hpp"
#include "hooks/hook_bus.hpp"
#include "modes/mode_order.hpp"
#include "modes/mode_state.hpp"
#include "modes/mode_switch.hpp"
#include "modes/state_file.hpp"

namespace patchbay::monitoring {
class PrometheusText;
}

namespace patchbay::modes {

/// What became of an order.
struct Switched {
  bool done = false;
  std::string message;  ///< what is true now, or why nothing changed
};

/// Every change of the mode: orders, the steps of a ramp, rollbacks by hand and by the guard. Writes a report of each, keeps the state, and
/// tells the log and the hooks. [control thread]
class ModeControl {
 public:
  struct Place {
    boost::asio::io_context& io;  ///< the control thread's
    hooks::HookBus& hooks;
    std::function<bool()> has_v1;                                   ///< whether there is a V1 configuration
    std::function<bool()> has_routes;                               ///< whether V2 has any
    std::function<std::uint64_t()> wall_milliseconds = wall_clock;  ///< since 1970
  };

  /// Reads what was kept, or begins anew. Throws StateError.
  ModeControl(Place place, const config::ModeSettings& settings);
  ModeControl(const ModeControl&) = delete;

  /// Decides which callers come first; the ModeSwitch is made with it.
  [[nodiscard]] const std::string& salt() const { return state_.salt; }

  /// Puts the mode in force: the one that was kept, unless the configuration asks for another one than it did then. Why that is not
  /// possible, or empty. `mode_switch` must outlive the control. [init]
  std::string start(ModeSwitch& mode_switch, const config::ModeSettings& settings);

  /// Other settings are in force: follows what they ask for, if that is something new.
  void configure(const config::ModeSettings& settings);

  /// Why an order cannot be followed; empty if it can.
  [[nodiscard]] std::string objection(const Order& order) const;
  Switched order(const Order& order, const std::string& by);
  /// Back to the last mode that was not gradual, or to V1 from there on.
  Switched roll_back();

  /// The ramp's next step; after the last one, V2 alone if that was 100 %.
  void advance();

  [[nodiscard]] boost::json::object status() const;
  [[nodiscard]] std::string status_text() const;
  [[nodiscard]] const std::vector<SwitchReport>& reports() const { return state_.reports; }
  void add_metrics(monitoring::PrometheusText& text) const;

  static std::uint64_t wall_clock();

 private:
  enum class Ending { succeeded, rolled_back, superseded };

  /// Makes the switch with its report.
  void follow(const Order& order, const std::string& by);
  void enter(const Order& order);
  void begin_report(const std::string& to, const std::string& by);
  void end_report(Ending ending, const std::string& error = {}, const char* rollback = "");
  void take_back(const std::string& why, const char* rollback);
  void breached(const std::string& why);
  void schedule();
  /// Empty, or why the state could not be kept; logged.
  std::string keep();
  [[nodiscard]] std::string now() const;
  [[nodiscard]] Order current_order() const;
  void tell(hooks::Point point, const SwitchReport& report);

  const Place place_;
  const StateFile file_;
  bool kept_before_ = false;  // there was a file
  ModeState state_;
  ModeSwitch* switch_ = nullptr;
  boost::asio::steady_timer step_timer_;
};

}  // namespace patchbay::modes

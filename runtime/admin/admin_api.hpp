#pragma once

#include <chrono>
#include <functional>

#include "admin/admin_message.hpp"
#include "control/change_queue.hpp"

namespace patchbay::admin {

/// What the admin API offers: a table of method, path and what is done. Every change goes through the queue. [control thread]
class AdminApi {
 public:
  /// `plane` and `changes` must outlive the API. `after` is told of every outcome before whoever asked for it.
  AdminApi(control::ControlPlane& plane, control::ChangeQueue& changes, std::function<void(const control::Outcome&)> after)
      : plane_(plane), changes_(changes), after_(std::move(after)) {}

  void handle(const AdminRequest& request, const Respond& respond);

 private:
  struct Call;
  struct Entry;
  static const Entry entries[];

  void list_plugins(const Call& call);
  void add_plugin(const Call& call);
  void reload_plugin(const Call& call);
  void roll_back_plugin(const Call& call);
  void remove_plugin(const Call& call);
  void reload_configuration(const Call& call);
  void metrics(const Call& call);
  void change(const Call& call, std::string what, control::ChangeQueue::Change change);

  control::ControlPlane& plane_;
  control::ChangeQueue& changes_;
  std::function<void(const control::Outcome&)> after_;
};

}  // namespace patchbay::admin

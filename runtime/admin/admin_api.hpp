#pragma once

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "admin/admin_message.hpp"
#include "control/change_queue.hpp"
#include "monitoring/metrics_page.hpp"
#include "patchbay/config.hpp"

namespace patchbay::admin {

/// One call of the admin API, and the ways to answer it. [control thread]
struct AdminCall {
  const AdminRequest& request;
  const Respond& respond;  ///< may be copied and called later
  std::string name;        ///< what stands for the '*' of the path

  void answer(unsigned status, const boost::json::value& body) const;
  void refuse(unsigned status, const std::string& message) const;

  /// The body as T; an empty one has T's defaults. Nothing, and the caller is told, if it is faulty.
  template <class T>
  std::optional<T> body() const {
    boost::system::error_code malformed;
    const boost::json::value value =
        request.body.empty() ? boost::json::value(boost::json::object()) : boost::json::parse(request.body, malformed);
    if (malformed) {
      refuse(400, "the body is not JSON: " + malformed.message());
      return std::nullopt;
    }
    try {
      return config::parse<T>(value);
    } catch (const config::Error& error) {
      refuse_body(error);
      return std::nullopt;
    }
  }

 private:
  void refuse_body(const config::Error& error) const;
};

/// What the admin API offers: a table of method, path and what is done. Who has something to offer adds it before the first call; plugins
/// and the configuration are there from the start. Every change goes through the queue. [control thread]
class AdminApi {
 public:
  using Handler = std::function<void(const AdminCall&)>;

  /// `plane`, `changes` and `metrics` must outlive the API. `after` is told of every outcome before whoever asked for it.
  AdminApi(control::ControlPlane& plane, control::ChangeQueue& changes, monitoring::MetricsPage& metrics,
           std::function<void(const control::Outcome&)> after);

  /// One '*' in the path stands for a name. Entries that were offered first are tried first.
  void offer(std::string method, std::string path, Handler handler);

  /// Adds metrics to `GET /metrics`: called for every scrape.
  void show(std::function<void(monitoring::PrometheusText&)> metrics) { metrics_.add(std::move(metrics)); }

  void handle(const AdminRequest& request, const Respond& respond);

  /// Runs a change and answers the call with its outcome.
  void change(const AdminCall& call, std::string what, control::ChangeQueue::Change change);

 private:
  struct Entry {
    std::string method;
    std::string path;
    Handler handle;
  };

  void offer_plugins();

  control::ControlPlane& plane_;
  control::ChangeQueue& changes_;
  std::function<void(const control::Outcome&)> after_;
  std::vector<Entry> entries_;
  monitoring::MetricsPage& metrics_;
};

}  // namespace patchbay::admin

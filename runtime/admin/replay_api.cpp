#include "admin/replay_api.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "monitoring/trace_report.hpp"
#include "patchbay/plain_json.hpp"
#include "replay/replay.hpp"
#include "replay/replay_report.hpp"
#include "server/endpoints.hpp"

namespace patchbay::admin {

/// `POST /admin/requests/ID/replay`
struct WantedReplay {
  bool live = false;
  std::vector<std::string> ignore;

  static constexpr config::Doc docs[] = {
      {.field = "live", .text = "Asks the real upstream, which costs what it costs, instead of playing its recorded replies."},
      {.field = "ignore", .text = "JSON pointers to what may differ; `*` is any one part of them, `**` any number of parts."},
  };
};
BOOST_DESCRIBE_STRUCT(WantedReplay, (), (live, ignore))

namespace {

constexpr unsigned most_waiting = 4;
constexpr std::chrono::minutes limit{3};
constexpr const char* plain_text = "text/plain; charset=utf-8";

/// What a replay came to, from the thread of the changes to that of the API.
struct Result {
  boost::json::object report;
  std::string unplayable;
};

class Replays : public std::enable_shared_from_this<Replays> {
 public:
  Replays(control::ChangeQueue& changes, std::function<std::shared_ptr<const monitoring::TraceRing>()> ring)
      : changes_(changes), ring_(std::move(ring)) {}

  void handle(const AdminCall& call) {
    const std::optional<WantedReplay> wanted = call.body<WantedReplay>();
    if (!wanted) return;
    const auto ring = ring_();
    if (!ring) return call.refuse(409, "no requests are kept: [debug] ring is 0");
    const auto notes = ring->find(call.name);
    if (!notes)
      return call.refuse(404, "request '" + call.name + "' is not among the last " + std::to_string(ring->size()) + " that ended");
    if (waiting_ >= most_waiting) return call.refuse(429, "other replays wait already; try again when they are done");
    try {
      run(std::make_shared<const replay::Record>(replay::read_record(monitoring::trace_report(*notes), !wanted->live)), *wanted,
          {server::query_field(call.request.target, "format") == "text", call.respond});
    } catch (const replay::Unplayable& why) {
      call.refuse(409, why.what());
    }
  }

 private:
  struct Caller {
    bool wants_text;
    Respond respond;

    void answer(const Result& result) const {
      if (!result.unplayable.empty()) return refuse(result.unplayable);
      respond(wants_text ? AdminReply{200, replay::replay_text(result.report), plain_text} : AdminReply{200, plain_json(result.report)});
    }
    void refuse(const std::string& why) const { respond({409, boost::json::serialize(boost::json::object{{"error", why}})}); }
  };

  void run(std::shared_ptr<const replay::Record> record, const WantedReplay& wanted, Caller caller) {
    ++waiting_;
    auto result = std::make_shared<Result>();
    changes_.run(
        "a replay", limit,
        [record = std::move(record), wanted, result](control::ControlPlane& plane) {
          try {
            result->report = replay::replay(plane.registry(), plane.slot().current()->settings, *record, {wanted.live, wanted.ignore});
          } catch (const replay::Unplayable& why) {
            result->unplayable = why.what();
          }
          return control::Outcome{.done = true, .message = "replayed"};
        },
        control::first_only([self = shared_from_this(), result, caller = std::move(caller)](const control::Outcome& outcome) {
          --self->waiting_;
          outcome.done ? caller.answer(*result) : caller.refuse(outcome.message);
        }));
  }

  control::ChangeQueue& changes_;
  const std::function<std::shared_ptr<const monitoring::TraceRing>()> ring_;
  unsigned waiting_ = 0;
};

}  // namespace

void offer_replay(AdminApi& api, control::ChangeQueue& changes, std::function<std::shared_ptr<const monitoring::TraceRing>()> ring) {
  const auto replays = std::make_shared<Replays>(changes, std::move(ring));
  api.offer("POST", "/admin/requests/*/replay", [replays](const AdminCall& call) { replays->handle(call); });
}

}  // namespace patchbay::admin

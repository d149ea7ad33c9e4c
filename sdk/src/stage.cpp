#include "patchbay/stage.hpp"

namespace patchbay {

Flow Stage::request(Request&, Downstream&) { return Forward{}; }
Flow Stage::reply(HttpReply&&, Request&, Downstream&) { return Forward{}; }
void Stage::response(Response&& response, Downstream& back) { back.response(std::move(response)); }
void Stage::event(Event&& event, Downstream& back) { back.event(std::move(event)); }
void Stage::end(Downstream& back) { back.end(); }
void Stage::error(Error&& error, Downstream& back) { back.error(std::move(error)); }

}  // namespace patchbay

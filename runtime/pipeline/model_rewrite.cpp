#include "pipeline/model_rewrite.hpp"

#include <re2/re2.h>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <stdexcept>

#include "patchbay/json_walk.hpp"
#include "patchbay/model_override.hpp"
#include "pipeline/condition.hpp"

namespace patchbay::pipeline {

ModelRewrite::ModelRewrite(std::string model, const std::optional<std::string>& pattern) : model_(std::move(model)) {
  if (model_.find('\\') == std::string::npos) return;
  if (!pattern) throw std::invalid_argument("it refers to a group of pattern.model, and the route has none");
  pattern_ = compile_expression(*pattern);
  std::string why;
  if (!pattern_->CheckRewriteString(model_, &why)) throw std::invalid_argument("it does not fit to pattern.model: " + why);
}

void ModelRewrite::apply(Request& request) const {
  const bool named = !request.model().empty();
  std::string model = model_;
  if (pattern_ && !re2::RE2::Extract(request.model(), *pattern_, model_, &model)) return;
  (void)request.stream();                                            // read before the body is taken
  if (!named || !member_of(request.body.text(), "model").empty()) {  // else it stands in the path
    std::string body = request.body.take_text();
    (void)override_model(body, boost::json::serialize(boost::json::string(model)));
    request.body = Document(std::move(body));
  }
  request.set_model(std::move(model));
}

}  // namespace patchbay::pipeline

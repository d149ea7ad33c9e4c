#include "pipeline/request_copy.hpp"

namespace patchbay::pipeline {

Request copy_of(const Request& request) {
  Request copy;
  copy.id = request.id;
  copy.protocol = request.protocol;
  copy.operation = request.operation;
  copy.headers = request.headers;
  copy.body = request.body.copy();
  copy.set_model(request.model());
  copy.set_stream(request.stream());
  return copy;
}

}  // namespace patchbay::pipeline

#include "pipeline/instance_builder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "plugins/barrier.hpp"

namespace patchbay::pipeline {

void InstanceBuilder::make(Instance& instance, std::shared_ptr<const void> keep, boost::asio::io_context& io,
                           std::function<void(std::string)> done) {
  // The loop must not end while an answer is on its way to it.
  auto work = boost::asio::make_work_guard(io);
  boost::asio::post(thread_, [&instance, &io, keep = std::move(keep), done = std::move(done), work = std::move(work)]() mutable {
    std::string failure = plugins::barrier([&] { instance.make(); }).value_or(std::string());
    boost::asio::post(io, [done = std::move(done), failure = std::move(failure)]() mutable { done(std::move(failure)); });
  });
}

}  // namespace patchbay::pipeline

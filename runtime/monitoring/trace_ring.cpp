#include "monitoring/trace_ring.hpp"

namespace patchbay::monitoring {

void TraceRing::ended(const std::shared_ptr<const RequestNotes>& notes) {
  std::shared_ptr<const RequestNotes> leaving = notes;  // destroyed after the lock is gone
  const std::lock_guard lock(mutex_);
  if (places_.empty()) return;
  std::swap(places_[next_], leaving);
  next_ = (next_ + 1) % places_.size();
}

std::shared_ptr<const RequestNotes> TraceRing::find(std::string_view id) const {
  for (const auto& notes : latest(places_.size()))
    if (notes->id == id) return notes;
  return nullptr;
}

std::vector<std::shared_ptr<const RequestNotes>> TraceRing::latest(std::size_t count) const {
  std::vector<std::shared_ptr<const RequestNotes>> found;
  const std::lock_guard lock(mutex_);
  for (std::size_t back = 1; back <= places_.size() && found.size() < count; ++back) {
    const auto& notes = places_[(next_ + places_.size() - back) % places_.size()];
    if (!notes) break;
    found.push_back(notes);
  }
  return found;
}

}  // namespace patchbay::monitoring

#include "monitoring/notes_stock.hpp"

#include <array>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::monitoring {

namespace {

constexpr std::size_t most_kept = 64;  // by each thread

/// Empties the notes; what is seldom short enough to need no room keeps it.
void clear(RequestNotes& notes) {
  constexpr std::string RequestNotes::*const long_texts[] = {&RequestNotes::id, &RequestNotes::path, &RequestNotes::model,
                                                             &RequestNotes::caller};
  std::array<std::string, std::size(long_texts)> kept;
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = std::move(notes.*long_texts[i]);
  std::vector<AttemptNotes> attempts = std::move(notes.attempts);
  std::destroy_at(&notes);
  std::construct_at(&notes);
  for (std::size_t i = 0; i < kept.size(); ++i) (notes.*long_texts[i] = std::move(kept[i])).clear();
  notes.attempts = std::move(attempts);
  notes.attempts.clear();
}

/// Notes that are to be taken again, of one thread.
class Stock {
 public:
  ~Stock() { own_ = nullptr; }

  [[nodiscard]] std::unique_ptr<RequestNotes> take() {
    if (kept_.empty()) return std::make_unique<RequestNotes>();
    std::unique_ptr<RequestNotes> notes = std::move(kept_.back());
    kept_.pop_back();
    return notes;
  }

  /// Who lets go of notes may take none itself, or be a thread that is about to end.
  static void give(std::unique_ptr<RequestNotes> notes) noexcept {
    if (own_ == nullptr || own_->kept_.size() >= most_kept) return;
    clear(*notes);
    own_->kept_.push_back(std::move(notes));
  }

  [[nodiscard]] static Stock& own() {
    thread_local Stock stock;
    return stock;
  }

 private:
  Stock() {
    kept_.reserve(most_kept);
    own_ = this;
  }

  static inline thread_local Stock* own_ = nullptr;
  std::vector<std::unique_ptr<RequestNotes>> kept_;
};

}  // namespace

std::shared_ptr<RequestNotes> fresh_notes() {
  return {Stock::own().take().release(), [](RequestNotes* notes) { Stock::give(std::unique_ptr<RequestNotes>(notes)); }};
}

}  // namespace patchbay::monitoring

#include "monitoring/notes_stock.hpp"

#include <utility>
#include <vector>

namespace patchbay::monitoring {

namespace {

constexpr std::size_t most_kept = 64;  // by each thread

/// Empties the notes; their texts keep their room.
void clear(RequestNotes& notes) {
  RequestNotes fresh;
  for (std::string RequestNotes::*const text :
       {&RequestNotes::id, &RequestNotes::method, &RequestNotes::path, &RequestNotes::protocol, &RequestNotes::model, &RequestNotes::caller,
        &RequestNotes::route, &RequestNotes::target, &RequestNotes::provider}) {
    (notes.*text).clear();
    std::swap(fresh.*text, notes.*text);
  }
  notes.attempts.clear();
  std::swap(fresh.attempts, notes.attempts);
  notes = std::move(fresh);
}

/// Notes that are to be taken again, of one thread.
class Stock {
 public:
  ~Stock() { gone_ = true; }

  [[nodiscard]] std::unique_ptr<RequestNotes> take() {
    if (kept_.empty()) return std::make_unique<RequestNotes>();
    std::unique_ptr<RequestNotes> notes = std::move(kept_.back());
    kept_.pop_back();
    return notes;
  }

  /// Whoever keeps notes may let go of them when the thread is about to end.
  static void give(std::unique_ptr<RequestNotes> notes) noexcept {
    if (gone_) return;
    Stock& stock = own();
    if (stock.kept_.size() >= most_kept) return;
    clear(*notes);
    stock.kept_.push_back(std::move(notes));
  }

  [[nodiscard]] static Stock& own() {
    thread_local Stock stock;
    return stock;
  }

 private:
  Stock() { kept_.reserve(most_kept); }

  static inline thread_local bool gone_ = false;
  std::vector<std::unique_ptr<RequestNotes>> kept_;
};

}  // namespace

std::shared_ptr<RequestNotes> fresh_notes() {
  return {Stock::own().take().release(), [](RequestNotes* notes) { Stock::give(std::unique_ptr<RequestNotes>(notes)); }};
}

}  // namespace patchbay::monitoring

#pragma once

#include <memory>
#include <string>

#include "state/store.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace patchbay::state {

/// The state in a file of SQLite, in write-ahead mode: what `charge` has returned is on the disk. One process at a time may have it open.
class SqliteStore final : public Store {
 public:
  /// Makes the file if it is not there. Throws StoreError.
  explicit SqliteStore(const std::string& path);

  std::vector<Grant> charge(std::span<const Charge> charges) override;
  std::vector<std::string> keys() override;
  bool add_key(const std::string& name, const std::string& record) override;
  bool remove_key(const std::string& name) override;
  std::int64_t keys_version() override { return keys_version_; }

 private:
  struct CloseDatabase {
    void operator()(sqlite3* database) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;
  class Transaction;

  [[nodiscard]] Statement prepare(const char* sql);
  void execute(const char* sql);
  /// One step of a statement: true if there is a row.
  bool step(sqlite3_stmt* statement);
  [[noreturn]] void fail();
  std::int64_t add(const Charge& charge, std::int64_t amount);
  void forget_old_counters();

  const std::string path_;
  std::unique_ptr<sqlite3, CloseDatabase> database_;
  Statement add_;
  std::int64_t keys_version_ = 1;
  std::chrono::steady_clock::time_point cleaned_;
};

}  // namespace patchbay::state

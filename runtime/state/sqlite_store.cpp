#include "state/sqlite_store.hpp"

#include <sqlite3.h>

#include <utility>

namespace patchbay::state {

namespace {

constexpr std::chrono::hours cleaning_interval{1};

constexpr const char* schema = R"sql(
  CREATE TABLE IF NOT EXISTS counters(counter TEXT PRIMARY KEY, used INTEGER NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS keys(name TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
)sql";

std::int64_t now_in_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

void bind(sqlite3_stmt* statement, int place, const std::string& text) {
  sqlite3_bind_text(statement, place, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

}  // namespace

/// Rolled back unless it was committed.
class SqliteStore::Transaction {
 public:
  explicit Transaction(SqliteStore& store) : store_(store) { store_.execute("BEGIN IMMEDIATE"); }
  ~Transaction() {
    if (!committed_) sqlite3_exec(store_.database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  void commit() {
    store_.execute("COMMIT");
    committed_ = true;
  }

 private:
  SqliteStore& store_;
  bool committed_ = false;
};

void SqliteStore::CloseDatabase::operator()(sqlite3* database) const { sqlite3_close_v2(database); }
void SqliteStore::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

SqliteStore::SqliteStore(const std::string& path) : path_(path) {
  sqlite3* database = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  database_.reset(database);
  if (opened != SQLITE_OK) fail();
  sqlite3_busy_timeout(database, 1'000);
  // A second gateway on the same file would count apart: its leases would be taken for spent, but its limits by the minute would be its
  // own.
  execute("PRAGMA locking_mode = EXCLUSIVE");
  execute("PRAGMA journal_mode = WAL");
  execute("PRAGMA synchronous = FULL");
  execute(schema);
  add_ = prepare(
      "INSERT INTO counters(counter, used, expires) VALUES(?1, max(0, ?2), ?3) "
      "ON CONFLICT(counter) DO UPDATE SET used = max(0, used + ?2), expires = ?3 RETURNING used");
  forget_old_counters();
}

std::vector<Grant> SqliteStore::charge(std::span<const Charge> charges) {
  if (std::chrono::steady_clock::now() - cleaned_ > cleaning_interval) forget_old_counters();
  std::vector<Grant> grants;
  grants.reserve(charges.size());
  Transaction transaction(*this);
  for (const Charge& charge : charges) {
    Grant grant;
    grant.used = add(charge, charge.must);
    grant.granted = lease(charge.limit - grant.used, charge.want, charge.need);
    if (grant.granted > 0) grant.used = add(charge, grant.granted);
    grants.push_back(grant);
  }
  transaction.commit();
  return grants;
}

std::int64_t SqliteStore::add(const Charge& charge, std::int64_t amount) {
  sqlite3_reset(add_.get());
  bind(add_.get(), 1, charge.counter);
  sqlite3_bind_int64(add_.get(), 2, amount);
  sqlite3_bind_int64(add_.get(), 3, charge.keep.count() == 0 ? 0 : now_in_seconds() + charge.keep.count());
  std::int64_t used = 0;
  while (step(add_.get())) used = sqlite3_column_int64(add_.get(), 0);
  sqlite3_reset(add_.get());
  return used;
}

std::vector<std::string> SqliteStore::keys() {
  std::vector<std::string> records;
  const Statement select = prepare("SELECT record FROM keys ORDER BY name");
  while (step(select.get())) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(select.get(), 0));
    records.emplace_back(text, static_cast<std::size_t>(sqlite3_column_bytes(select.get(), 0)));
  }
  return records;
}

bool SqliteStore::add_key(const std::string& name, const std::string& record) {
  const Statement insert = prepare("INSERT OR IGNORE INTO keys(name, record) VALUES(?1, ?2)");
  bind(insert.get(), 1, name);
  bind(insert.get(), 2, record);
  step(insert.get());
  ++keys_version_;
  return sqlite3_changes(database_.get()) == 1;
}

bool SqliteStore::remove_key(const std::string& name) {
  const Statement remove = prepare("DELETE FROM keys WHERE name = ?1");
  bind(remove.get(), 1, name);
  step(remove.get());
  ++keys_version_;
  return sqlite3_changes(database_.get()) == 1;
}

void SqliteStore::forget_old_counters() {
  cleaned_ = std::chrono::steady_clock::now();
  const Statement remove = prepare("DELETE FROM counters WHERE expires > 0 AND expires < ?1");
  sqlite3_bind_int64(remove.get(), 1, now_in_seconds());
  step(remove.get());
}

SqliteStore::Statement SqliteStore::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql, -1, &statement, nullptr) != SQLITE_OK) fail();
  return Statement(statement);
}

void SqliteStore::execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

bool SqliteStore::step(sqlite3_stmt* statement) {
  const int result = sqlite3_step(statement);
  if (result != SQLITE_ROW && result != SQLITE_DONE) fail();
  return result == SQLITE_ROW;
}

void SqliteStore::fail() {
  const int code = database_ ? sqlite3_errcode(database_.get()) : SQLITE_NOMEM;
  std::string message = "the state in '" + path_ + "': " + (database_ ? sqlite3_errmsg(database_.get()) : "out of memory");
  if (code == SQLITE_FULL) message += "; free some space on its disk";
  if (code == SQLITE_BUSY) message += "; another process has it open, and hosts that share limits need [state] url = \"redis://…\"";
  if (code == SQLITE_CANTOPEN || code == SQLITE_READONLY)
    message += "; this user must be able to write the file and its folder, see [state] url";
  if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) message += "; move the file away to begin anew";
  throw StoreError(message);
}

}  // namespace patchbay::state

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>

#include "doctor/stores.hpp"
#include "doctor/writable.hpp"

namespace patchbay::doctor {

namespace {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

/// The first column of the first row; empty, and the code in `failed`, if that cannot be had.
std::string value_of(sqlite3* database, const char* sql, int& failed) {
  sqlite3_stmt* statement = nullptr;
  failed = sqlite3_prepare_v2(database, sql, -1, &statement, nullptr);
  std::string value;
  if (failed == SQLITE_OK) {
    const int result = sqlite3_step(statement);
    if (result == SQLITE_ROW)
      value = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    else
      failed = result == SQLITE_DONE ? SQLITE_OK : result;
  }
  sqlite3_finalize(statement);
  return value;
}

Finding content_of(const std::string& path) {
  sqlite3* opened = nullptr;
  int failed = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  const Database database(opened);
  std::string tables;
  std::string sound;
  std::string keys;
  if (failed == SQLITE_OK)
    tables = value_of(opened, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('counters', 'keys')", failed);
  if (failed == SQLITE_BUSY || failed == SQLITE_LOCKED) return {Level::ok, path, "a process has it open, as a running gateway has", {}};
  if (failed == SQLITE_OK && tables == "0")
    return {Level::note, path, "it is empty, or another program's; the gateway will add its tables", {}};
  if (failed == SQLITE_OK) sound = value_of(opened, "PRAGMA quick_check(1)", failed);
  if (failed == SQLITE_OK && sound == "ok") keys = value_of(opened, "SELECT count(*) FROM keys", failed);
  if (failed != SQLITE_OK || sound != "ok")
    return {Level::error, path, "it is damaged: " + (failed != SQLITE_OK ? std::string(sqlite3_errmsg(opened)) : sound),
            "move it away: the gateway begins anew, without what was spent; or put a copy in its place"};
  return {Level::ok, path, "sound, with the tables of this version and " + keys + " keys that were made at run time", {}};
}

}  // namespace

Findings examine_sqlite(const std::string& path) {
  Findings findings{examine_writable(path, "[state] url")};
  std::error_code unknown;
  if (findings.front().level < Level::error && std::filesystem::exists(path, unknown)) findings.push_back(content_of(path));
  return findings;
}

}  // namespace patchbay::doctor

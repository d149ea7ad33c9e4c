// What most files include, compiled once for each component that is large enough for it to pay: from about four files on. No file may rely
// on it: a build with -Db_pch=false must pass.
#ifndef PATCHBAY_PRECOMPILED_SDK_HPP
#define PATCHBAY_PRECOMPILED_SDK_HPP

#include <algorithm>
#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "patchbay/config.hpp"
#include "patchbay/module.hpp"

#endif

// What most tests include, compiled once for each program of more than a few files. No file may rely on it: -Db_pch=false must pass.
#ifndef PATCHBAY_PRECOMPILED_TEST_HPP
#define PATCHBAY_PRECOMPILED_TEST_HPP

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "patchbay/config.hpp"
#include "patchbay/module.hpp"

#endif

#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "pipeline/module_registry.hpp"

namespace patchbay::pipeline::testing {

/// A module that counts how many of it live.
struct Counted : Module {
  explicit Counted(int& alive) : alive(alive) { ++alive; }
  ~Counted() override { --alive; }
  int& alive;
};

/// A transform whose stage is made by a function.
struct FakeTransform : Transform {
  explicit FakeTransform(std::function<std::unique_ptr<Stage>()> make) : make(std::move(make)) {}
  std::unique_ptr<Stage> connect(const ConnectionInfo&) const override { return make(); }
  std::function<std::unique_ptr<Stage>()> make;
};

/// A factory for modules made by a function.
inline ModuleFactory factory(std::string type, ModuleKind kind, std::function<std::shared_ptr<Module>(const boost::json::value&)> make) {
  ModuleFactory factory;
  factory.type = std::move(type);
  factory.kind = kind;
  factory.plugin = "test";
  factory.version = "1.0.0";
  factory.generation = 1;
  factory.schema = boost::json::object{{"type", "object"}};
  factory.make = std::move(make);
  return factory;
}

}  // namespace patchbay::pipeline::testing

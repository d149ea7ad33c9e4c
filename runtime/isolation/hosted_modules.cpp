#include "isolation/hosted_modules.hpp"

#include "patchbay/probed.hpp"

namespace patchbay::isolation {

namespace {

constexpr Operation operations[] = {Operation::generate, Operation::embed, Operation::count_tokens};

template <class Holds>
std::uint64_t bits(Holds&& holds) {
  std::uint64_t set = 0;
  for (const Operation operation : operations)
    if (holds(operation)) set |= std::uint64_t{1} << static_cast<unsigned>(operation);
  return set;
}

}  // namespace

ModuleAnswers HostedModules::make(std::uint64_t number, const pipeline::ModuleFactory& factory, boost::json::value config) {
  auto hosted = std::make_shared<HostedModule>(factory, std::move(config));
  const std::shared_ptr<Module> module = hosted->instance.make();
  ModuleAnswers answers;
  if (factory.kind == ModuleKind::provider) {
    const auto& provider = static_cast<const Provider&>(*module);
    answers.protocol = provider.protocol();
    answers.serves = bits([&](Operation operation) { return provider.serves(operation); });
    for (const Credential& credential : provider.credentials()) answers.credential_ids.push_back(credential.id);
    answers.models.assign(provider.models().begin(), provider.models().end());
    if (const auto* const probed = dynamic_cast<const Probed*>(&provider)) answers.probe = probed->probe({});
  } else if (factory.kind != ModuleKind::hook) {
    const auto& transform = static_cast<const Transform&>(*module);
    answers.answers = bits([&](Operation operation) { return transform.answers(operation); });
  }
  const std::lock_guard lock(mutex_);
  modules_[number] = std::move(hosted);
  return answers;
}

void HostedModules::drop(std::uint64_t number) {
  std::shared_ptr<HostedModule> leaving;  // destroyed after the lock is gone
  const std::lock_guard lock(mutex_);
  if (const auto found = modules_.find(number); found != modules_.end()) {
    leaving = std::move(found->second);
    modules_.erase(found);
  }
}

std::shared_ptr<HostedModule> HostedModules::find(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  const auto found = modules_.find(number);
  if (found == modules_.end()) throw MalformedFrame("a frame names a module that was not made");
  return found->second;
}

}  // namespace patchbay::isolation

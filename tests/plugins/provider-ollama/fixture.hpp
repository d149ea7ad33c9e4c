#pragma once

#include "../provider-kit/provider_fixture.hpp"

namespace patchbay {

class Ollama : public ProviderTest {
 protected:
  Ollama() : ProviderTest("provider-ollama") {}
};

}  // namespace patchbay

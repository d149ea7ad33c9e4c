#include "commands/cli.hpp"

int main(int argc, char** argv) { return patchbay::commands::run_cli(argc, argv); }

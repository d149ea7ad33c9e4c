#!/bin/sh
# A protocol is a folder: nothing of the plugin outside of it names it, and it names no other one's folder. Prints every line that does.
# $1: the plugin's source folder.
cd "$1" || exit 2
status=0
for codec in */codec.cpp; do
  folder=${codec%/*}
  symbol=$(printf %s "$folder" | tr - _)
  for other in hub ./*.cpp ./*.hpp ./meson.build ./find_codec.cpp.in; do
    # A manual may tell of it; code and build files may not.
    if grep -rnE "#include \"$folder/|${symbol}_codec|subdir\('$folder'\)" "$other"; then status=1; fi
  done
  for include in $(grep -rhoE '#include "[a-z-]+/' "$folder" | cut -d'"' -f2 | sort -u); do
    case $include in
      "$folder/" | hub/ | patchbay/) ;;
      # Text completions are chat completions of before: the two share how they say why an answer ended and what it cost.
      openai-chat/) [ "$folder" = openai-completions ] || { echo "$folder includes $include"; status=1; } ;;
      *) echo "$folder includes $include"; status=1 ;;
    esac
  done
done
exit $status

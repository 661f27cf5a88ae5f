/** What a shell is told; with no proposal of ours, every one of them proposes files, but where a mission is meant. */
export const SHELL_SCRIPTS = {
  bash: `_spec_kitty() {
  local word rest
  COMPREPLY=()
  [[ \${COMP_WORDS[COMP_CWORD - 1]} == --mission ]] && compopt +o default 2>/dev/null
  while IFS=$'\\t' read -r word rest; do
    COMPREPLY+=("$word")
  done < <(spec-kitty completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _spec_kitty spec-kitty
`,
  zsh: `_spec_kitty() {
  local word brief
  local -a found
  while IFS=$'\\t' read -r word brief; do
    found+=("\${word//:/\\\\:}:$brief")
  done < <(spec-kitty completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( $#found )); then _describe spec-kitty found; elif [[ \${words[CURRENT - 1]} != --mission ]]; then _files; fi
}
compdef _spec_kitty spec-kitty
`,
  fish: `function __spec_kitty
    set -l before (commandline -opc)
    set -l found (spec-kitty completion words -- $before[2..] (commandline -ct) 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else if test "$before[-1]" != --mission
        __fish_complete_path (commandline -ct)
    end
end
complete -c spec-kitty -f -a '(__spec_kitty)'
`,
} as const;

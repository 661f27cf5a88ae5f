# Puts the repository in the current folder back as it was before its mission was merged. Files stay where they are, so
# that the indexes still know them; what Git and the mission keep comes from a copy.
# Arguments: the commit that main was at, and the folder of the copy.
set -e
git read-tree --reset -u "$1"
for entry in .worktrees/.trash/*/; do
  [ -d "$entry/worktree" ] || continue
  name=$(basename "$entry")
  mv "$entry/worktree" ".worktrees/${name#*-}"
done
rm -rf .worktrees/.trash .git kitty-specs
cp -a "$2/.git" "$2/kitty-specs" .
git update-index -q --refresh || true

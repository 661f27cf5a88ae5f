# What the merge of a mission needs of Git: each lane is clean, kept and joined; branch and checkout move; the lanes' branches go.
# Arguments: the commit that main is at, then the lanes' worktrees.
set -e
start=$1
shift
tip=$start
for workspace in "$@"; do
  [ -z "$(git -C "$workspace" status --porcelain)" ]
  branch=$(git -C "$workspace" symbolic-ref HEAD)
  lane=$(git rev-parse "$branch")
  git update-ref "refs/backup/$lane" "$lane"
  tree=$(git merge-tree --write-tree "$tip" "$lane")
  tip=$(git commit-tree "$tree" -p "$tip" -p "$lane" -m lane)
  ended="$ended $branch"
done
git read-tree -u -m "$start" "$tip"
git update-ref refs/heads/main "$tip" "$start"
for branch in $ended; do git update-ref -d "$branch"; done

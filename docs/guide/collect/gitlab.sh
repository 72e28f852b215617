#!/bin/sh
# Saves what GitLab knows of merge requests and deployments that changed since a day: gitlab.sh PROJECT DAY FOLDER
# PROJECT is the project's number, or its path with %2F in place of each slash. For years past, give the first day.
set -eu
project=$1 since=$2 into=$3
mkdir -p "$into"
ask() { glab api --paginate "projects/$project/$1" > "$into/$2.json"; }

ask "merge_requests?scope=all&state=merged&order_by=updated_at&updated_after=${since}T00:00:00Z&per_page=100" merge-requests
for iid in $(jq -r '.[].iid' "$into/merge-requests.json"); do
  ask "merge_requests/$iid/notes?sort=asc&per_page=100" "notes-$iid"
  ask "merge_requests/$iid/versions?per_page=100" "versions-$iid"
  ask "merge_requests/$iid/commits?per_page=100" "commits-$iid"
  glab api "projects/$project/merge_requests/$iid/approvals" > "$into/approvals-$iid.json"
  # the newest pipeline's jobs; it may have none
  pipeline=$(glab api "projects/$project/merge_requests/$iid/pipelines?per_page=1" | jq -r '.[0].id // empty')
  if [ -n "$pipeline" ]; then ask "pipelines/$pipeline/jobs?include_retried=true&per_page=100" "jobs-$iid"; fi
done
ask "deployments?order_by=updated_at&updated_after=${since}T00:00:00Z&per_page=100" deployments

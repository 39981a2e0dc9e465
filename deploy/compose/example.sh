# A set of two pods, followed until it is ready.
set -eu

kubectl() {
  command kubectl --kubeconfig "$ADMIN_KUBECONFIG" --server "$KUBERNETES" "$@"
}

kubectl apply -f s06-scale/manifest.yaml
kubectl rollout status statefulset/web -n scale --timeout=10m
kubectl get statefulset,pod,pvc -n scale

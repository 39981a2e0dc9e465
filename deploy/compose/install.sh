# Installs the resource and the rights of the worker in the cluster at KUBERNETES, as the user of ADMIN_KUBECONFIG, and writes
# WORKER_KUBECONFIG: the worker has no other rights than in an installation of its own.
set -eu

admin() {
  kubectl --kubeconfig "$ADMIN_KUBECONFIG" --server "$KUBERNETES" "$@"
}

admin apply --server-side --force-conflicts -k "$(dirname "$0")"
admin wait --for=condition=Established crd/statefulsets.ordinal.dev --timeout=60s
authority=$(admin config view --raw -o 'jsonpath={.clusters[0].cluster.certificate-authority-data}')
token=$(admin create token ordinal -n ordinal-system --duration=8760h)
cat > "$WORKER_KUBECONFIG" <<YAML
apiVersion: v1
kind: Config
clusters:
  - name: kubernetes
    cluster: { server: '$KUBERNETES', certificate-authority-data: '$authority' }
users:
  - name: ordinal
    user: { token: '$token' }
contexts:
  - name: ordinal
    context: { cluster: kubernetes, user: ordinal }
current-context: ordinal
YAML

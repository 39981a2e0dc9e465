package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
)

// What the sandbox's stages react to.
const (
	behaviour  = "sandbox.ordinal.dev/behaviour"
	healthy    = "healthy"
	neverReady = "never-ready"
	fail       = "fail"
)

// probePods tells, every half a second, each pod that runs what its readiness probe says, until ctx ends.
func probePods(ctx context.Context, client kubernetes.Interface, files *fileSystems) error {
	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods().Lister()
	factory.Core().V1().Pods().Informer()
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	ports := hostPorts{}
	every := time.NewTicker(500 * time.Millisecond)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
		all, err := pods.List(labels.Everything())
		if err != nil {
			return err
		}
		ports.release(all)
		for _, pod := range all {
			if !isLive(pod) {
				continue
			}
			want, err := behaviourOf(ctx, pod, ports, files)
			if err == nil && want != pod.Annotations[behaviour] && (want != healthy || pod.Annotations[behaviour] != "") {
				err = annotate(ctx, client, pod, want)
			}
			if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
				fmt.Fprintf(os.Stderr, "%s/%s: %v\n", pod.Namespace, pod.Name, err)
			}
		}
	}
}

func behaviourOf(ctx context.Context, pod *v1.Pod, ports hostPorts, files *fileSystems) (string, error) {
	if !ports.take(pod) {
		return fail, nil
	}
	probe := pod.Spec.Containers[0].ReadinessProbe
	switch {
	case probe == nil:
		return healthy, nil
	case probe.Exec != nil:
		cmd, err := files.command(ctx, pod, probe.Exec.Command)
		if err != nil {
			return "", err
		}
		return whether(cmd.Run() == nil), nil
	case probe.HTTPGet != nil:
		folder, err := files.of(ctx, pod)
		if err != nil {
			return "", err
		}
		_, err = os.Stat(filepath.Join(folder, probe.HTTPGet.Path))
		return whether(err == nil), nil
	}
	return healthy, nil
}

func whether(ready bool) string {
	if ready {
		return healthy
	}
	return neverReady
}

func annotate(ctx context.Context, client kubernetes.Interface, pod *v1.Pod, value string) error {
	patch := fmt.Appendf(nil, `{"metadata":{"uid":%q,"annotations":{%q:%q}}}`, pod.UID, behaviour, value)
	_, err := client.CoreV1().Pods(pod.Namespace).Patch(ctx, pod.Name, types.MergePatchType, patch, metav1.PatchOptions{})
	return err
}

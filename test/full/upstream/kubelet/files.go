package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// fileSystems gives each pod a folder, as its root, and each claim one that outlives the pods.
type fileSystems struct {
	client kubernetes.Interface
	root   string
}

// of makes the folder of a pod if it is not there yet: /tmp, the file that the image of the tests serves, and the
// mounts of the first container.
func (f *fileSystems) of(ctx context.Context, pod *v1.Pod) (string, error) {
	folder := filepath.Join(f.root, "pods", string(pod.UID))
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	making := folder + ".new"
	if err := os.RemoveAll(making); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Join(making, "tmp"), 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(making, "localhost.crt"), []byte("served\n"), 0o644); err != nil {
		return "", err
	}
	for _, mount := range pod.Spec.Containers[0].VolumeMounts {
		at := filepath.Join(making, mount.MountPath)
		volume, err := f.volume(ctx, pod, mount.Name)
		if err != nil {
			return "", err
		}
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return "", err
		}
		if err := os.Symlink(volume, at); err != nil {
			return "", err
		}
	}
	return folder, os.Rename(making, folder)
}

// volume is the folder behind a pod's volume: of the claim, by its uid, or of the pod alone.
func (f *fileSystems) volume(ctx context.Context, pod *v1.Pod, name string) (string, error) {
	folder := filepath.Join(f.root, "volumes", string(pod.UID)+"-"+name)
	for _, volume := range pod.Spec.Volumes {
		if volume.Name == name && volume.PersistentVolumeClaim != nil {
			claim, err := f.client.CoreV1().PersistentVolumeClaims(pod.Namespace).Get(
				ctx, volume.PersistentVolumeClaim.ClaimName, metav1.GetOptions{})
			if err != nil {
				return "", err
			}
			folder = filepath.Join(f.root, "volumes", string(claim.UID))
		}
	}
	return folder, os.MkdirAll(folder, 0o755)
}

// An absolute path of a command: at its beginning, or after what may stand before one in a shell.
var absolutePath = regexp.MustCompile(`(^|[\s="'])/([^\s"')]*)`)

// command is a program of this machine, with the absolute paths of its arguments taken within the folder of the pod,
// and the pod's name as its host name.
func (f *fileSystems) command(ctx context.Context, pod *v1.Pod, words []string) (*exec.Cmd, error) {
	if len(words) == 0 {
		return nil, fmt.Errorf("no command to run in %s/%s", pod.Namespace, pod.Name)
	}
	folder, err := f.of(ctx, pod)
	if err != nil {
		return nil, err
	}
	within := func(text string) string {
		return absolutePath.ReplaceAllStringFunc(text, func(match string) string {
			parts := absolutePath.FindStringSubmatch(match)
			if parts[2] == "dev/zero" || parts[2] == "dev/null" {
				return match
			}
			return parts[1] + filepath.Join(folder, parts[2]) + slashAtEnd(parts[2])
		})
	}
	arguments := make([]string, len(words)-1)
	for i, word := range words[1:] {
		arguments[i] = within(word)
		if words[i] == "-c" {
			arguments[i] = fmt.Sprintf("hostname() { echo %s; }; ", pod.Spec.Hostname) + arguments[i]
		}
	}
	cmd := exec.CommandContext(ctx, words[0], arguments...)
	cmd.Dir = folder
	return cmd, nil
}

func slashAtEnd(path string) string {
	if path == "" || path[len(path)-1] == '/' {
		return "/"
	}
	return ""
}

package checklist

import (
	"slices"
	"time"
)

const jobTimeout = 10 * time.Minute

// jobs reads the jobs. Whether their services are released is judged by settle, since
// `release:` may stand below them.
type jobs struct {
	*items
	all []placedJob
}

type placedJob struct {
	Job
	service *node // nil: it is not said
}

func (s *jobs) read(n *node) {
	s.named(n, "write the jobs below it, each with its name", isName, nameHint, func(name string, n *node) {
		j := placedJob{Job: Job{Name: name, Timeout: jobTimeout}}
		s.fields(n,
			field{"service", func(n *node) {
				j.service = n
				into(&j.Service, s.service)(n)
			}},
			field{"command", func(n *node) { j.Command = s.command(n) }},
			field{"class", into(&j.Class, oneOf(s.reader, JobNone, JobExpand, JobContract, JobIrreversible))},
			field{"timeout", into(&j.Timeout, s.span)},
		)
		if n.kind == kindMapping || n.kind == kindNull {
			s.missing(n, "service", "add `service: NAME`: the job runs in its new image, with its environment")
			s.missing(n, "command", "add `command: [PROGRAM, ARGUMENT]`")
			s.missing(n, "class", "add `class: expand` if the old version can live with what it does, `contract` or `irreversible` if not, `none` if it changes no data")
		}
		s.all = append(s.all, j)
	})
}

// settle holds the jobs against the released services, and the items against the jobs.
func (s *jobs) settle(release []Service) (all []Job) {
	var services, names []string
	for _, svc := range release {
		services = append(services, svc.Name)
	}
	for _, j := range s.all {
		if j.Service != "" && len(services) > 0 && !slices.Contains(services, j.Service) {
			s.fail(j.service, quote(j.Service)+" is not released", suggest(j.Service, "a job runs in the new image of a released service; released here: ", services))
		}
		names, all = append(names, j.Name), append(all, j.Job)
	}
	seen := map[string]bool{}
	for _, item := range s.during {
		at, _ := item.at.find("job")
		switch {
		case item.Kind != RunJob || item.Job == "":
		case len(names) == 0:
			s.fail(at.value, "there is no job "+quote(item.Job), "add it: `jobs: {"+item.Job+": {service: NAME, command: [PROGRAM], class: expand}}`")
		case !slices.Contains(names, item.Job):
			s.fail(at.value, "there is no job "+quote(item.Job), suggest(item.Job, "the jobs here: ", names))
		case seen[item.Job]:
			s.fail(at.value, "job "+quote(item.Job)+" is there twice", "keep one of them: a job runs once in a deploy")
		}
		seen[item.Job] = true
	}
	return all
}

// job reads an item that runs a job.
func (s *items) job(n *node, item *Item) {
	item.Kind = RunJob
	s.fields(n, field{"job", into(&item.Job, s.name)})
	item.Title = "job " + item.Job
}
